import { reporters } from 'mocha';

/** Mocha's spec reporter, closing with one line that any tool can read: `N passed, N failed`. */
export default class ClosingLineReporter extends reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const skipped = this.stats.pending > 0 ? `, ${this.stats.pending} skipped` : '';
    process.stdout.write(`${this.stats.passes} passed, ${this.stats.failures} failed${skipped}\n`);
  }
}
