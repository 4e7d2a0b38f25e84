import assert from 'node:assert/strict';
import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { BodyAborted, BodyRefused, readJsonBody } from '../../../src/webhook/http/body.ts';

/** A request as Node's parser makes it, from its headers and the pieces of its body. */
function incoming(headers: IncomingHttpHeaders, ...pieces: string[]): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.headers = headers;
  for (const piece of pieces) request.push(Buffer.from(piece));
  return request;
}

function complete(request: IncomingMessage): IncomingMessage {
  request.complete = true;
  request.push(null);
  return request;
}

const json = { 'content-type': 'application/json' };

describe('readJsonBody', () => {
  const taken: [headers: IncomingHttpHeaders, pieces: string[], why: string][] = [
    [json, ['{}'], 'one piece'],
    [json, ['{', '"a": ', '1}'], 'several pieces'],
    [json, [], 'nothing at all: whether that is JSON is not for the body to say'],
    [json, ['x'.repeat(10)], 'as long as may be'],
    [{ 'content-type': 'APPLICATION/json ; charset=utf-8' }, ['{}'], 'a media type has no case'],
    [{ ...json, 'content-encoding': 'Identity' }, ['{}'], 'not encoded'],
  ];
  for (const [headers, pieces, why] of taken) {
    it(`accepts a body: ${why}`, async () => {
      const body = await readJsonBody(complete(incoming(headers, ...pieces)), 10);
      assert.equal(body.toString(), pieces.join(''));
    });
  }

  const refused: [headers: IncomingHttpHeaders, pieces: string[], status: number, why: string][] = [
    [{}, ['{}'], 415, 'no content type'],
    [{ 'content-type': '' }, ['{}'], 415, 'an empty content type'],
    [{ 'content-type': 'application/json-patch+json' }, ['{}'], 415, 'another content type'],
    [{ 'content-type': 'text/plain; application/json' }, ['{}'], 415, 'the right one as a parameter'],
    [{ ...json, 'content-encoding': 'gzip' }, ['{}'], 415, 'encoded'],
    [json, ['x'.repeat(11)], 413, 'one byte too many'],
    [json, ['xxxxxx', 'xxxxxx', 'x'], 413, 'too many in several pieces'],
    [json, ['é'.repeat(6)], 413, 'bytes count, not characters'],
  ];
  for (const [headers, pieces, status, why] of refused) {
    it(`rejects a body with ${status}: ${why}`, async () => {
      await assert.rejects(
        readJsonBody(complete(incoming(headers, ...pieces)), 10),
        (error) => error instanceof BodyRefused && error.status === status,
      );
    });
  }

  it('fails when the client closes the connection', async () => {
    const request = incoming(json, '{');
    const body = readJsonBody(request, 10);
    request.destroy();
    await assert.rejects(body, BodyAborted);
  });

  it('fails when the connection breaks', async () => {
    const request = incoming(json, '{');
    const body = readJsonBody(request, 10);
    request.destroy(new Error('reset'));
    await assert.rejects(body, BodyAborted);
  });
});
