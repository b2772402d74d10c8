// The current model under the next version: what a shop would publish after training again. In the format the
// version stands in bytes 16 to 23, and bytes 8 to 15 hold the checksum, 64-bit FNV-1a, of all that follows them.

const checksumAt = 8
const versionAt = 16

/** A copy, one version newer; null when there are too few bytes for a version. */
export function newerModel(model) {
  if (model.length < versionAt + 8) return null
  const copy = Buffer.from(model)
  copy.writeBigUInt64LE(copy.readBigUInt64LE(versionAt) + 1n, versionAt)
  copy.writeBigUInt64LE(fnv1a(copy.subarray(versionAt)), checksumAt)
  return copy
}

function fnv1a(bytes) {
  let hash = 0xcbf29ce484222325n
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return hash
}
