/** The most text that one frame may unpack to, in bytes: a broken frame must not fill the tab's memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Unpacks exactly one gzip member.
 *
 * @param {ArrayBuffer | Uint8Array} packed  the member, without a byte before or after it
 * @param {number} [maxBytes]  refuses to unpack to more than this many bytes
 * @returns {Promise<string>}  its text, decoded as UTF-8
 * @throws {TypeError | RangeError}  when it is damaged, not UTF-8, or too large
 */
export async function gunzip(packed, maxBytes = MAX_BYTES) {
  const stream = new DecompressionStream("gzip");
  const written = feedBytes(stream.writable.getWriter(), packed);
  // Damage shows at the writer in some browsers and at the reader in others: both are awaited, neither is left unhandled.
  const [text] = await Promise.all([readText(stream.readable.getReader(), maxBytes), written]);
  return text;
}

async function feedBytes(writer, bytes) {
  await Promise.all([writer.write(bytes), writer.close()]);
}

async function readText(reader, maxBytes) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw new RangeError(`the frame unpacks to more than ${maxBytes} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
