// One line at the foot of the page, read out by screen readers, for what just happened.

let fading: ReturnType<typeof setTimeout> | undefined

export function toast(sentence: string): void {
  const line = document.getElementById('toast')!
  line.textContent = sentence
  line.classList.add('shown')
  clearTimeout(fading)
  fading = setTimeout(() => line.classList.remove('shown'), 5000)
}
