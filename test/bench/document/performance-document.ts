import type { Cell, Column, Row } from '../admission/direct-load.ts';
import type { Growth } from '../admission/many-deployments.ts';
import type { Comparison } from '../admission/through-api-server.ts';
import type { Recorded, Results } from '../record.ts';
import { barChart, formatValue, type BarChart } from './bar-chart.ts';

/** The document, and the plots by file name. */
export interface PerformanceDocument {
  markdown: string;
  plots: Record<string, string>;
}

const introduction = `# Performance

The figures on this page are results of the benchmarks of the project. Each command writes its own results to \`docs/performance.json\`
and this page from that file: add \`-- --record\` to it. A part that was not measured is missing.

The load average is that of the minute before the benchmark. Where it is above 0.5, other programs used the machine: then rates and
times are lower than the machine allows, and only ratios can be compared. Those of CPU time are the most reliable.
`;

/** The document of the recorded results. */
export function performanceDocument(results: Results): PerformanceDocument {
  const plots: Record<string, string> = {};
  const plot = (name: string, chart: BarChart): string => {
    plots[`${name}.svg`] = barChart(chart);
    return `![${chart.title}](images/${name}.svg)`;
  };
  const sections = [
    section(results['admission'], {
      title: 'Admission on one core',
      command: 'bench:admission',
      write: (rows: Row[]) => admission(rows, plot),
    }),
    section(results['growth'], { title: 'With 10,000 deployments', command: 'bench:admission', write: growth }),
    section(results['api-server'], {
      title: 'Through the API server',
      command: 'bench:admission',
      write: (all: Comparison[]) => apiServer(all, plot),
    }),
    section(results['render'], { title: 'Rendering', command: 'bench:render', write: render }),
    section(results['memory'], { title: 'Memory', command: 'bench:memory', write: memory }),
    section(results['start-up'], { title: 'Start-up', command: 'bench:start-up', write: startUp }),
  ];
  return { markdown: [introduction, ...sections.filter((text) => text !== undefined)].join('\n'), plots };
}

function section(
  recorded: Recorded | undefined,
  { title, command, write }: { title: string; command: string; write: (results: never) => string },
): string | undefined {
  if (recorded === undefined) return undefined;
  const { date, machine, loadAverage, results } = recorded;
  const origin = `\`npm run ${command}\`, ${date}, on ${machine}, load average ${loadAverage.toFixed(1)}.`;
  return `## ${title}\n\n${origin}\n\n${write(results as never)}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return (
    [line(heads), line(heads.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n') + '\n'
  );
}

const columnTitles: Record<string, string> = {
  'node mutate': 'bare Node',
  'express mutate': 'bare express',
  'peer mutate': 'Go peer, mutate',
  'peer validate': 'Go peer, validate',
  'mooring mutate': 'mooring, mutate',
  'mooring validate': 'mooring, validate',
};

function admission(rows: Row[], plot: (name: string, chart: BarChart) => string): string {
  const columns = Object.entries(columnTitles) as [Column, string][];
  const cellsOf = (field: keyof Cell) =>
    rows.map(({ title, cells }) => [
      title,
      ...columns.map(([column]) => (cells[column] === undefined ? '' : formatValue(cells[column][field]))),
    ]);
  const heads = columns.map(([, title]) => title);
  const ratio = (row: Row, own: Column, other: Column, field: keyof Cell) => {
    const [mine, theirs] = [row.cells[own]?.[field], row.cells[other]?.[field]];
    return mine === undefined || theirs === undefined ? '' : (mine / theirs).toFixed(2);
  };
  const compared: [Column, Column][] = [
    ['mooring mutate', 'peer mutate'],
    ['mooring validate', 'peer validate'],
    ['mooring mutate', 'node mutate'],
    ['mooring validate', 'node mutate'],
  ];
  const ratios = (field: keyof Cell) =>
    rows.map((row) => [row.title, ...compared.map(([own, other]) => ratio(row, own, other, field))]);
  const ratioHeads = compared.map(([own, other]) => `${own.replace('mooring ', '')} ÷ ${columnTitles[other]}`);
  return `The same AdmissionReview of ${formatValue((rows[0]?.bytes ?? 0) / 1000)} kB is sent to each server over 16 TLS connections. The server has one core, and the
load generator (wrk) another one. Bare Node and bare express parse the review and allow it. The Go peer (\`test/bench/peer\`) is a webhook
on controller-runtime that writes stamps and lifecycle defaults and checks the schema, without any rule of mooring; for a changed ref it
reads the Environment from the API server. mooring is the real webhook with all rules. Every response is checked.

${plot('admission', {
  title: 'Requests per second on one core',
  unit: '/s',
  groups: rows.map(({ title, cells }) => ({
    name: title,
    bars: columns.map(([column, name]) => ({ name, value: cells[column]?.perSecond })),
  })),
})}

${table(['requests per second', ...heads], cellsOf('perSecond'))}
${table(['p99 in ms', ...heads], cellsOf('p99'))}
${table(['requests per second of CPU time', ...heads], cellsOf('perCpuSecond'))}
${table(['ratio of the rates', ...ratioHeads], ratios('perSecond'))}
${table(['ratio per second of CPU time', ...ratioHeads], ratios('perCpuSecond'))}`;
}

function growth(growths: Growth[]): string {
  return `The same requests with 10 and with 10,000 WorkloadDeployments in the caches of the webhook, alternately.

${table(
  ['request', '10, per second', '10,000, per second', 'ratio', 'ratio per second of CPU time'],
  growths.map(({ row, action, few, many }) => [
    `${row}, ${action}`,
    formatValue(few.perSecond),
    formatValue(many.perSecond),
    (many.perSecond / few.perSecond).toFixed(2),
    (many.perCpuSecond / few.perCpuSecond).toFixed(2),
  ]),
)}`;
}

function apiServer(comparisons: Comparison[], plot: (name: string, chart: BarChart) => string): string {
  const nameOf = ({ operation, inFlight, offered }: Comparison) =>
    `${operation}, ${inFlight === undefined ? `${formatValue(offered ?? 0)}/s offered` : `${inFlight} in flight`}`;
  return `Writes through a real kube-apiserver with and without the webhooks, alternately. The controller is stopped. The open loop starts writes at
30 % of the rate that the API server reaches without webhooks.

${plot('api-server', {
  title: 'Median time of a write, one in flight',
  unit: 'ms',
  groups: comparisons
    .filter(({ inFlight }) => inFlight === 1)
    .map(({ operation, ...times }) => ({
      name: operation,
      bars: [
        { name: 'without webhooks', value: times.without.p50 },
        { name: 'with webhooks', value: times.with.p50 },
      ],
    })),
})}

${table(
  ['write', 'p50 with', 'p50 without', 'ratio', 'p99 with', 'p99 without', 'added at p99'],
  comparisons.map((each) => [
    nameOf(each),
    `${formatValue(each.with.p50)} ms`,
    `${formatValue(each.without.p50)} ms`,
    (each.with.p50 / each.without.p50).toFixed(2),
    `${formatValue(each.with.p99)} ms`,
    `${formatValue(each.without.p99)} ms`,
    `${formatValue(each.with.p99 - each.without.p99)} ms`,
  ]),
)}`;
}

type Times = Record<'sandbox' | 'native', { ms: number; cpuMs: number }>;

function render(results: Record<string, Times>): string {
  return `The same Go sources of CUE in the sandbox (WebAssembly, one thread) and as a program of the machine, alternately. The time is the median
of a render; the CPU time is that of all threads.

${table(
  ['topology', 'sandbox', 'native', 'ratio', 'CPU time, sandbox', 'CPU time, native', 'ratio'],
  Object.entries(results).map(([name, { sandbox, native }]) => [
    name,
    `${formatValue(sandbox.ms)} ms`,
    `${formatValue(native.ms)} ms`,
    (sandbox.ms / native.ms).toFixed(2),
    `${formatValue(sandbox.cpuMs)} ms`,
    `${formatValue(native.cpuMs)} ms`,
    (sandbox.cpuMs / native.cpuMs).toFixed(2),
  ]),
)}

What limits the sandbox is the machine code that V8 makes of Go's WebAssembly. The profile is flat: no function takes 5 % of a render.
Evaluation by CUE takes 68 % of it, JSON that is read as CUE 11 %, and JSON of the objects 9 %. Without checks of bounds
and of the stack, it would be about 10 % faster. Optimizing all code at the start, a profile for the Go compiler, and Go's earlier garbage
collector made no difference.`;
}

type RoleMemory = Record<string, { resident: number; peak: number }>;

function memory({
  counts,
  idle,
  filled,
}: {
  counts: Record<'deployments' | 'environments' | 'works', number>;
  idle: RoleMemory;
  filled: RoleMemory;
}): string {
  return `Resident memory a minute after a role is ready, and its largest value since the start: on an empty hub, and on a hub with
${counts.deployments} WorkloadDeployments, ${counts.environments} Environments and ${counts.works} ManifestWorks of 50 KiB.

${table(
  ['role', 'empty hub', 'largest', 'filled hub', 'largest'],
  Object.keys(idle).map((role) => [
    role,
    ...[idle[role], filled[role]].flatMap((use) =>
      [use?.resident, use?.peak].map((value) => (value === undefined ? '' : `${formatValue(value)} MiB`)),
    ),
  ]),
)}`;
}

function startUp(results: Record<string, { ms: number; cpuMs: number; residentMiB: number }>): string {
  const base = results['node -e 0'];
  return `Commands of the built program, \`check\` with the complete example. Memory is the largest resident memory of the process.

${table(
  ['command', 'time', '× node', 'CPU time', '× node', 'memory'],
  Object.entries(results).map(([name, { ms, cpuMs, residentMiB }]) => [
    `\`${name}\``,
    `${formatValue(ms)} ms`,
    base === undefined ? '' : (ms / base.ms).toFixed(1),
    `${formatValue(cpuMs)} ms`,
    base === undefined ? '' : (cpuMs / base.cpuMs).toFixed(1),
    `${formatValue(residentMiB)} MiB`,
  ]),
)}`;
}
