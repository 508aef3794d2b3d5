import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { traceparent } from '../../src/pipes/stages/trace-context.js';

describe('the trace of a record', () => {
  const idOf = (eventID: string): string => traceparent(eventID).slice(3, 35);

  it('has the event ID as its id where that has the form', () => {
    const eventID = 'c4ca4238a0b923820dcc509a6f75849b';
    assert.match(traceparent(eventID), new RegExp(`^00-${eventID}-[0-9a-f]{16}-01$`));
  });

  it('has one made of it otherwise, the same each time', () => {
    for (const eventID of ['e1', 'C4CA4238A0B923820DCC509A6F75849B', '0'.repeat(32)]) {
      assert.match(idOf(eventID), /^(?!0{32})[0-9a-f]{32}$/);
      assert.equal(idOf(eventID), idOf(eventID));
      assert.notEqual(idOf(eventID), eventID);
    }
  });
});
