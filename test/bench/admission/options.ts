import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** The requests that are measured, in the order of the table. */
export const rowNames = ['spec-edit', 'label-edit', 'deployment-label', 'deployment-ref'] as const;
export type RowName = (typeof rowNames)[number];

/** The servers that are measured: bare Node, bare express, the Go peer and the webhook. */
export const serverNames = ['node', 'express', 'peer', 'mooring'] as const;
export type ServerName = (typeof serverNames)[number];

/** The parts of the benchmark: the table, few and many deployments, and writes through the API server. */
const partNames = ['table', 'growth', 'api-server'] as const;
export type PartName = (typeof partNames)[number];

export interface AdmissionOptions {
  parts: readonly PartName[];
  servers: readonly ServerName[];
  rows: readonly RowName[];
  rounds: number;
  /** The rounds of few and many deployments, which are compared alternately. */
  growthRounds: number;
  /** The length of one measurement. */
  seconds: number;
  /** The writes of one measurement through the API server with one in flight. */
  writes: number;
  /** The WorkloadDeployments in the caches besides the one that is edited. */
  deployments: number;
  /** Whether the hub keeps running for the next run. */
  keep: boolean;
  /** Whether docs/performance.md shows the results. */
  record: boolean;
  directory: string;
}

export const usage = `Usage: npm run bench:admission [-- OPTION…]
  --part PART[,PART]   ${partNames.join(', ')}; all by default
  --quick              only the table, with one round of two seconds for each server, about a minute
  --only ROW[,ROW]     ${rowNames.join(', ')}
  --servers NAME,NAME  beside mooring: node, express, peer; all by default
  --rounds N           3 by default, and 9 for few and many deployments
  --seconds N          of one measurement, 5 by default
  --writes N           of one measurement through the API server, 100 by default
  --deployments N      in the caches for the table, 10 by default
  --keep               leave the hub running for the next run; npm run hub -- down --purge --directory DIR removes it
  --record             write the results to docs/performance.json and docs/performance.md
  --directory DIR      of the hub, .local/bench by default
`;

/** Reads the arguments. Undefined if the usage is asked for. Throws an error for unknown or wrong arguments. */
export function readOptions(args: readonly string[]): AdmissionOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      part: { type: 'string' },
      only: { type: 'string' },
      servers: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      writes: { type: 'string' },
      deployments: { type: 'string' },
      keep: { type: 'boolean' },
      record: { type: 'boolean' },
      directory: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) return undefined;
  const isQuick = values.quick === true;
  if (isQuick && values.record === true) throw new Error('--quick is too short for results that are recorded');
  const isTableOnly = isQuick || values.only !== undefined || values.servers !== undefined;
  return {
    parts: values.part?.split(',').map(readPart) ?? (isTableOnly ? ['table'] : partNames),
    servers: values.servers === undefined ? serverNames : ['mooring', ...values.servers.split(',').map(readServer)],
    rows: values.only === undefined ? rowNames : values.only.split(',').map(readRow),
    rounds: readNumber('rounds', values.rounds ?? (isQuick ? '1' : '3')),
    growthRounds: readNumber('rounds', values.rounds ?? '9'),
    seconds: readNumber('seconds', values.seconds ?? (isQuick ? '2' : '5')),
    writes: readNumber('writes', values.writes ?? (isQuick ? '20' : '100')),
    deployments: readNumber('deployments', values.deployments ?? '10'),
    keep: values.keep === true,
    record: values.record === true,
    directory: values.directory ?? join(import.meta.dirname, '..', '..', '..', '.local', 'bench'),
  };
}

function readRow(name: string): RowName {
  const row = rowNames.find((each) => each === name);
  if (row === undefined) throw new Error(`--only: there is no row "${name}"; the rows are ${rowNames.join(', ')}`);
  return row;
}

function readPart(name: string): PartName {
  const part = partNames.find((each) => each === name);
  if (part === undefined) throw new Error(`--part: there is no part "${name}"; the parts are ${partNames.join(', ')}`);
  return part;
}

function readServer(name: string): ServerName {
  const server = serverNames.find((each) => each === name);
  if (server === undefined)
    throw new Error(`--servers: there is no server "${name}"; the servers are ${serverNames.join(', ')}`);
  return server;
}

function readNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`--${flag} must be a positive whole number, not "${text}"`);
  return value;
}
