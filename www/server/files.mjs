// Sends one file of one folder, with an ETag over its bytes, so that a second visit costs a 304.
import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { extname, resolve, sep } from 'node:path'

const types = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8',
  '.json': 'application/json', '.wasm': 'application/wasm', '.woff2': 'font/woff2', '.svg': 'image/svg+xml',
  '.skonto': 'application/octet-stream', '.ts': 'text/plain; charset=utf-8', '.map': 'application/json',
}

/** False when the folder has no such file, and nothing was sent. */
export async function sendFile(request, response, folder, name, headers) {
  const bytes = await read(folder, name)
  if (bytes === null) return false
  sendBytes(request, response, bytes, { ...headers, 'content-type': types[extname(name)] ?? 'application/octet-stream' })
  return true
}

/** Sends bytes under a tag of their own, or 304 to who has them. */
export function sendBytes(request, response, bytes, headers) {
  const etag = tagOf(bytes)
  const fields = { ...headers, etag, 'cache-control': 'no-cache' }
  if (matches(request.headers['if-none-match'], etag)) response.writeHead(304, fields).end()
  else response.writeHead(200, { ...fields, 'content-length': bytes.length }).end(request.method === 'HEAD' ? undefined : bytes)
}

export function tagOf(bytes) {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
}

export function matches(header, etag) {
  return (header ?? '').split(',').some(tag => tag.trim().replace(/^W\//, '') === etag)
}

// A path that leaves the folder, through dots or a link, is as good as missing.
async function read(folder, name) {
  if (name.includes('\0')) return null
  try {
    const home = await realpath(folder)
    const file = await realpath(resolve(home, name))
    return file.startsWith(home + sep) ? await readFile(file) : null
  } catch {
    return null
  }
}
