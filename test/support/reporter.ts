import { reporters } from 'mocha';

/** The spec reporter of mocha with a last line that a program can parse: `N passed, N failed`. */
export default class ClosingLineReporter extends reporters.Spec {
  override epilogue(): void {
    super.epilogue();
    const skipped = this.stats.pending > 0 ? `, ${this.stats.pending} skipped` : '';
    process.stdout.write(`${this.stats.passes} passed, ${this.stats.failures} failed${skipped}\n`);
  }
}
