/** Creates segments 000…, 111…, 222… */
export function createSegments(): () => string {
  let created = 0;
  return () => (created++).toString(16).repeat(32).slice(0, 32);
}
