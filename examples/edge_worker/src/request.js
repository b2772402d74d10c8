// From an HTTP request to a question for the engine, or a refusal: status, code, message.

const MAX_BYTES = 128_000;
const MAX_DRAINED_BYTES = 1_000_000;

/** Reads the question a request asks, as `{question}` or `{refusal}`. */
export async function readRequest(request) {
  const text = await readText(request);
  if (text === undefined) return { refusal: [413, "TOO_LARGE", `the body is over ${MAX_BYTES} bytes`] };
  const asked = parse(text);
  if (!asked) return { refusal: [400, "BAD_JSON", "the body is not a JSON object"] };
  return { question: complete(asked, request.headers.get("Sec-GPC") === "1") };
}

// Counts while reading: Content-Length may be absent or untrue. A body somewhat too large is read to its end, unkept:
// a client that is still sending when the answer comes sees a broken connection instead of the answer.
async function readText(request) {
  if (Number(request.headers.get("Content-Length")) > MAX_DRAINED_BYTES) return undefined;
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const part of request.body ?? []) {
    length += part.length;
    if (length > MAX_DRAINED_BYTES) return undefined;
    if (length <= MAX_BYTES) text += decoder.decode(part, { stream: true });
  }
  return length > MAX_BYTES ? undefined : text + decoder.decode();
}

function parse(text) {
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// JSON has no bytes, so a profile comes as base64. Sec-GPC: 1 is an opt-out that no field of the body undoes.
function complete(asked, isOptedOut) {
  const question = { now_ms: Date.now(), ...asked };
  if (typeof asked.profile === "string") question.profile = bytesOf(asked.profile);
  if (isOptedOut) question.personalised = false;
  return question;
}

// Text that is no base64 is no profile; the engine then decides as for a stranger.
function bytesOf(base64) {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
