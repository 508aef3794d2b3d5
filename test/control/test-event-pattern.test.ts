import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callerIdentity } from '../../src/control/index.js';
import { ControlPlane, SCOPE } from './setup.js';

describe('TestEventPattern', () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.open();
  });
  after(() => plane.close());
  const result = async (pattern: object): Promise<unknown> => {
    const event = {
      id: '1',
      account: '1',
      source: 'app',
      time: 't',
      region: 'r',
      'detail-type': 'd',
    };
    const answer = await plane.events('TestEventPattern', {
      EventPattern: JSON.stringify(pattern),
      Event: JSON.stringify(event),
    });
    return answer['Result'];
  };

  it('says whether the event matches', async () => {
    assert.equal(await result({ source: ['app'] }), true);
    assert.equal(await result({ source: [{ prefix: 'x' }] }), false);
  });
});

describe('the caller', () => {
  it("is the account's root user", () => {
    assert.deepEqual(callerIdentity(SCOPE), {
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:root',
      UserId: '000000000000',
    });
  });
});
