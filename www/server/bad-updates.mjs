// Every way in which a model update can go wrong on its way to a shop. The page must keep the model it has.
import { readFile } from 'node:fs/promises'
import { tagOf, matches } from './files.mjs'

const binary = { 'content-type': 'application/octet-stream', 'cache-control': 'no-cache' }
const oversized = 16 * 1024 * 1024

const faults = {
  404: (_, response) => response.writeHead(404).end(),
  500: (_, response) => response.writeHead(500).end(),
  // What a single-page host answers for a file it does not have.
  html200: (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Shop</title>'),
  truncated: (model, response) => send(response, half(model)),
  bitflip: (model, response) => send(response, flipped(model)),
  trailing: (model, response) => send(response, Buffer.concat([model, Buffer.from([0])])),
  empty: (_, response) => send(response, Buffer.alloc(0)),
  oversized: (model, response) => send(response, Buffer.concat([model, Buffer.alloc(oversized)])),
  stall: (model, response) => { response.writeHead(200, { ...binary, 'content-length': model.length }).write(model.subarray(0, 64)) },
  'lying-etag': lyingTag,
}

export const faultNames = Object.keys(faults)

/** Answers as the named fault; `older` is the path of a model with a lower version, for the fault older-version. */
export async function sendBadUpdate(name, request, response, { model, older }) {
  if (name === 'older-version' && older) return send(response, await readFile(older))
  const fault = Object.hasOwn(faults, name) ? faults[name] : undefined
  if (!fault) return response.writeHead(404).end()
  // Without a trained model there is still something to damage: bytes that never were a model.
  fault(await readFile(model).catch(() => Buffer.alloc(4096, 'skonto')), response, request)
}

function send(response, bytes) {
  response.writeHead(200, { ...binary, etag: tagOf(bytes), 'content-length': bytes.length }).end(bytes)
}

function half(model) {
  return model.subarray(0, Math.floor(model.length / 2))
}

function flipped(model) {
  const copy = Buffer.from(model)
  copy[Math.floor(copy.length / 2)] ^= 1
  return copy
}

// Half a model under a tag of its own, then 304 for ever: a client that remembers the tag of what it
// refused would take that for "you have the newest".
function lyingTag(model, response, request) {
  const etag = '"lie"'
  if (matches(request.headers['if-none-match'], etag)) response.writeHead(304, { etag }).end()
  else response.writeHead(200, { ...binary, etag }).end(half(model))
}
