const headerBytes = 16;

/** How many bytes a text needs in the heap of V8: two for each UTF-16 code unit if one of them is beyond Latin-1. */
export function textBytes(text: string): number {
  return headerBytes + (/[\u0100-\uffff]/.test(text) ? 2 * text.length : text.length);
}
