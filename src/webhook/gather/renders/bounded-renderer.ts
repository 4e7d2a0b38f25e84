import { problemOfRender } from '../../../domain/render/sample-render.ts';
import type { Render, RenderTools } from '../../../domain/render/workload-render.ts';
import type { GatherContext } from '../context.ts';
import { wasStopped } from './stopped.ts';

export type BoundedRendererContext = Pick<
  GatherContext,
  'topologies' | 'hash' | 'renderSettings' | 'renderLimits' | 'renderTimeout' | 'namespace' | 'signal'
>;

/** What a render showed. `unknown`: it was stopped, or not begun, because of the load of the engine or the limits of the request. */
export type Verdict =
  | { state: 'rendered' }
  /** `aboutProperties`: whether the properties do not fit the topology. */
  | { state: 'failed'; message: string; aboutProperties: boolean }
  | { state: 'unknown' };

const unknown: Verdict = { state: 'unknown' };

/** Renders for one request within its limits. The queue of the engine is shared by namespace, here that of the request. */
export class BoundedRenderer {
  readonly #context: BoundedRendererContext;
  readonly #timeout: AbortSignal | undefined;
  #left: number;

  constructor(context: BoundedRendererContext) {
    const { renderLimits } = context;
    this.#context = context;
    this.#left = renderLimits?.count ?? Infinity;
    this.#timeout = context.renderTimeout();
  }

  /** Renders if the limits of the request permit it. Rejects only if the request is aborted. */
  async evaluate(render: (tools: RenderTools) => Promise<Render>): Promise<Verdict> {
    if (this.#left <= 0 || this.#isTimeOver()) return unknown;
    this.#left -= 1;
    const { topologies, renderSettings: settings, hash, namespace, signal: request } = this.#context;
    const signal = this.#timeout === undefined ? request : AbortSignal.any([request, this.#timeout]);
    let isStopped = false;
    const tools: RenderTools = {
      settings,
      hash,
      topologies: {
        render: async (template, parameter, workload) => {
          const result = await topologies.render(template, parameter, workload, { namespace, signal });
          isStopped = !result.ok && wasStopped(result);
          return result;
        },
      },
    };
    try {
      const result = await render(tools);
      if (isStopped) return unknown;
      const message = problemOfRender(result);
      if (message === undefined) return { state: 'rendered' };
      return { state: 'failed', message, aboutProperties: !result.ok && result.reason === 'InvalidParameter' };
    } catch (error) {
      if (this.#isTimeOver() && !request.aborted) return unknown;
      throw error;
    }
  }

  #isTimeOver(): boolean {
    return this.#timeout?.aborted === true;
  }
}
