// Builds page elements without markup strings, so that Trusted Types has nothing to object to.

type Value = string | number | boolean | null | undefined | ((event: Event) => void)
export type Child = Node | string | null | false

/** `element("button", { class: "add", click: add }, "Add")`: functions listen, `true` is a bare attribute. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, Value> = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name, value)
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value))
  }
  made.append(...present(children))
  return made
}

/** Swaps the children of an element for these. */
export function fill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...present(children))
}

function present(children: Child[]): (Node | string)[] {
  return children.filter((child): child is Node | string => child !== null && child !== false)
}
