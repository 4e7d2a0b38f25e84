/**
 * The texts of `Warning` headers in the form `299 - "text"`, in which an API server sends the warnings of admission. Others are
 * skipped. Source: RFC 7234, section 5.5, and apimachinery's `util/net`, which writes a part of it.
 */
export function warningTexts(headers: readonly string[]): string[] {
  return headers.flatMap((header) =>
    [...header.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map(([, quoted = '']) => quoted.replaceAll(/\\(.)/g, '$1')),
  );
}
