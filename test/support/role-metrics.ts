import { portOf } from '../../deploy/local/hub/inventory.ts';
import { sharedHub } from './hub.ts';

/** The metrics of a role in the text format of Prometheus. */
export async function scrape(role: string): Promise<string> {
  const { state } = await sharedHub();
  const response = await fetch(`http://127.0.0.1:${portOf(state, `${role}-health`)}/metrics`);
  if (!response.ok) throw new Error(`/metrics of ${role} answered ${response.status}`);
  return response.text();
}

/** The sum of all series of a metric that have these labels. */
export async function sumOfSeries(role: string, metric: string, labels: Record<string, string>): Promise<number> {
  const wanted = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  const lines = (await scrape(role)).split('\n').filter((line) => line.startsWith(`${metric}{`));
  const values = lines
    .filter((line) => wanted.every((label) => line.includes(label)))
    .map((line) => line.split(' ')[1]);
  return values.reduce((sum, value) => sum + Number(value), 0);
}
