/**
 * The texts of `Warning` headers, as an API server sends what admission has to say: `299 - "text"`. Others are skipped.
 * Source: RFC 7234, section 5.5, as far as apimachinery's `util/net` writes it.
 */
export function warningTexts(headers: readonly string[]): string[] {
  return headers.flatMap((header) =>
    [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) => quoted.replaceAll(/\\(.)/g, '$1')),
  );
}
