import assert from 'node:assert/strict';
import { IncomingMessage, type IncomingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { BodyAborted, BodyRefused, checkJsonHeaders, declaredBytes, readBody } from '../../../src/webhook/http/body.ts';

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

describe('the headers of a request with a JSON body', () => {
  const headers: [headers: IncomingHttpHeaders, accepted: boolean, why: string][] = [
    [json, true, 'JSON'],
    [{ 'content-type': 'APPLICATION/json ; charset=utf-8' }, true, 'a media type has no case'],
    [{ ...json, 'content-encoding': 'Identity' }, true, 'not encoded'],
    [{}, false, 'no content type'],
    [{ 'content-type': '' }, false, 'an empty content type'],
    [{ 'content-type': 'application/json-patch+json' }, false, 'another content type'],
    [{ 'content-type': 'text/plain; application/json' }, false, 'the right one as a parameter'],
    [{ ...json, 'content-encoding': 'gzip' }, false, 'encoded'],
  ];
  for (const [given, accepted, why] of headers) {
    it(`are ${accepted ? 'accepted' : 'refused with 415'}: ${why}`, () => {
      const check = () => checkJsonHeaders(incoming(given));
      if (accepted) check();
      else assert.throws(check, (error) => error instanceof BodyRefused && error.status === 415);
    });
  }

  const lengths: [length: string | undefined, expected: number, why: string][] = [
    ['5', 5, 'the declared length'],
    [undefined, 10, 'a body in pieces may be as long as is allowed'],
    ['11', 10, 'no more than the limit is kept'],
    ['-1', 10, 'not a length'],
    ['x', 10, 'not a number'],
  ];
  for (const [length, expected, why] of lengths) {
    it(`declare ${expected} bytes for the length ${length}: ${why}`, () => {
      const given = length === undefined ? json : { ...json, 'content-length': length };
      assert.equal(declaredBytes(incoming(given), 10), expected);
    });
  }
});

describe('readBody', () => {
  const kibibyte = 'x'.repeat(1024);
  const read: [pieces: string[], limit: number, kept: string, why: string][] = [
    [['{}'], 10, '{}', 'one piece'],
    [['{', '"a": ', '1}'], 10, '{"a": 1}', 'several pieces'],
    [[], 10, '', 'nothing at all: whether that is JSON is not for the body to say'],
    [['x'.repeat(10)], 10, 'x'.repeat(10), 'as long as may be'],
    [['é'.repeat(6)], 10, 'é'.repeat(6), 'the head of a longer body is kept'],
    [Array.from({ length: 100 }, () => kibibyte), 10, kibibyte.repeat(64), 'only the head is kept'],
    [Array.from({ length: 200 }, () => kibibyte), 150 * 1024, kibibyte.repeat(64), 'what was kept is dropped'],
    [['x'.repeat(70_000)], 10, kibibyte.repeat(64), 'the head of a large piece'],
  ];
  for (const [pieces, limit, kept, why] of read) {
    it(`returns ${kept.length} characters: ${why}`, async () => {
      const { body, bytes } = await readBody(complete(incoming(json, ...pieces)), limit);
      assert.equal(body.toString(), kept);
      assert.equal(bytes, Buffer.byteLength(pieces.join('')));
    });
  }

  it('fails when the client closes the connection', async () => {
    const request = incoming(json, '{');
    const body = readBody(request, 10);
    request.destroy();
    await assert.rejects(body, BodyAborted);
  });

  it('fails when the client has closed the connection before', async () => {
    const request = incoming(json, '{');
    request.destroy();
    await new Promise((resolve) => setImmediate(resolve));
    await assert.rejects(readBody(request, 10), BodyAborted);
  });

  it('fails when the connection breaks', async () => {
    const request = incoming(json, '{');
    const body = readBody(request, 10);
    request.destroy(new Error('reset'));
    await assert.rejects(body, BodyAborted);
  });
});
