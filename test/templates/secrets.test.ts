import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Secrets } from '../../src/templates/secrets.js';

describe('secrets of a template', () => {
  it('are masked in every form in which they may stand in a text', () => {
    const secrets = new Secrets();
    secrets.add('se"cret/key');
    assert.equal(
      secrets.mask(
        `se"cret/key se\\"cret/key se%22cret%2Fkey ${Buffer.from('se"cret/key').toString('base64')}`,
      ),
      '**** **** **** ****',
    );
  });

  it('do not shred texts when they are of a letter or two', () => {
    const secrets = new Secrets();
    secrets.add('k');
    assert.equal(secrets.mask('check its API key'), 'check its API key');
  });
});
