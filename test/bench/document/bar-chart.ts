/** Bars in groups. A missing value has no bar. */
export interface BarChart {
  title: string;
  /** Behind each value, such as `ms`. */
  unit: string;
  groups: readonly { name: string; bars: readonly { name: string; value: number | undefined }[] }[];
}

const width = 760;
const left = 210;
const barHeight = 16;
const groupGap = 14;
const titleHeight = 34;
/** Okabe and Ito: colours that most people can tell apart, on light and on dark ground. */
const colours = ['#999999', '#56b4e9', '#e69f00', '#cc79a7', '#009e73', '#0072b2'];

/** An SVG that follows the light or dark scheme of the reader. */
export function barChart({ title, unit, groups }: BarChart): string {
  const largest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value = 0 }) => value)));
  const lines: string[] = [];
  let y = titleHeight;
  for (const { name, bars } of groups) {
    lines.push(`<text x="0" y="${y + 12}" class="group">${escape(name)}</text>`);
    y += barHeight + 4;
    for (const [index, bar] of bars.entries()) {
      if (bar.value === undefined) continue;
      const length = Math.max(1, Math.round((bar.value / largest) * (width - left - 110)));
      lines.push(
        `<text x="${left - 8}" y="${y + 12}" text-anchor="end">${escape(bar.name)}</text>`,
        `<rect x="${left}" y="${y + 2}" width="${length}" height="${barHeight - 4}" fill="${colours[index % colours.length]}"/>`,
        `<text x="${left + length + 6}" y="${y + 12}">${formatValue(bar.value)} ${escape(unit)}</text>`,
      );
      y += barHeight;
    }
    y += groupGap;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="${escape(title)}">
<style>
text { font: 12px sans-serif; fill: #1f2328; }
.title { font-size: 15px; font-weight: bold; }
.group { font-weight: bold; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } }
</style>
<text x="0" y="16" class="title">${escape(title)}</text>
${lines.join('\n')}
</svg>
`;
}

/** Three significant digits, or all digits of a larger number. */
export function formatValue(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
