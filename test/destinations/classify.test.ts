import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { outcomeOf, statusReason } from '../../src/destinations/classify.js';
import type { OpenConnection } from '../../src/destinations/connection.js';
import { parseRetryAfter } from '../../src/destinations/retry-after.js';
import retryAfters from '../vectors/destinations/retry-after.json' with { type: 'json' };
import statuses from '../vectors/destinations/statuses.json' with { type: 'json' };

const momento: OpenConnection = {
  name: 'momento',
  arn: 'arn:aws:events:us-east-1:000000000000:connection/momento/1',
  authorizationType: 'API_KEY',
  authorization: [],
  shownAuthorization: [],
  shownHeaders: [],
  oauth: undefined,
  headers: [],
  query: [],
  body: [],
  secretTexts: [],
};

describe('what a status means', () => {
  for (const { status, outcome } of statuses)
    it(`${status}: ${outcome}`, () => assert.equal(outcomeOf(status), outcome));

  it('is success when something that is to be deleted is not there', () => {
    for (const status of [404, 410]) assert.equal(outcomeOf(status, 'DELETE'), 'delivered');
    assert.equal(outcomeOf(403, 'DELETE'), 'rejected');
    assert.equal(outcomeOf(500, 'DELETE'), 'retry');
  });

  it('is said with its title, the cause and what to do', () => {
    for (const { status, outcome } of statuses) {
      if (outcome === 'delivered') continue;
      const reason = statusReason(status, momento, undefined);
      assert.match(reason, new RegExp(`^${status} [A-Z].*: .+; .*\\w`, 's'));
    }
  });

  it('names the connection and what to check when it is refused', () => {
    assert.equal(
      statusReason(401, momento, undefined),
      '401 Unauthorized: the connection "momento" was refused; check its API key',
    );
    const basic = { ...momento, authorizationType: 'BASIC' as const };
    assert.match(statusReason(401, basic, undefined), /check its user name and password$/);
  });

  it('names where a redirect leads, without its query', () => {
    assert.equal(
      statusReason(301, momento, 'https://new.example.com/a?token=secret'),
      "301 Moved Permanently: redirects are not followed; set the API destination's endpoint to https://new.example.com/a",
    );
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-23T10:00:00Z');
  for (const { name, header, ms } of retryAfters)
    it(name, () => assert.equal(parseRetryAfter(header, now) ?? null, ms));

  it('may be missing', () => assert.equal(parseRetryAfter(undefined, now), undefined));
});
