import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { maskSecrets, secretTexts } from '../../src/destinations/mask.js';
import { cases } from '../support/property.js';

describe('masking', () => {
  const mask = (text: string, values: string[], cut = false): string =>
    maskSecrets(text, secretTexts(values), cut);

  it('finds a secret as it is, percent-encoded and within JSON', () => {
    const secret = 'p"ss wörd';
    const text = `${secret} ?q=${encodeURIComponent(secret)} ${JSON.stringify({ secret })}`;
    assert.equal(mask(text, [secret]), '*** ?q=*** {"secret":"***"}');
  });

  it('finds it as in a form, in JSON of ASCII, and in JSON that is a text in JSON', () => {
    const secret = 'p"ss wörd';
    const form = new URLSearchParams({ secret }).toString();
    const json = JSON.stringify({ secret });
    const ascii = json.replace('ö', '\\u00f6');
    const twice = [json, ascii].map((body) => JSON.stringify({ body }));
    for (const text of [form, ascii, ...twice, JSON.stringify(twice)])
      assert.doesNotMatch(mask(text, [secret]), /ss.*w.*rd/, text);
  });

  it('leaves no rest of a secret that begins like another', () => {
    assert.equal(mask('abcdefgh abcd', ['abcd', 'abcdefgh']), '*** ***');
  });

  it('leaves texts alone that are too short to be told from words', () => {
    assert.equal(mask('a key', ['a']), 'a key');
  });

  it('masks the beginning of a secret at which the text was cut off', () => {
    assert.equal(mask('the key is secret-k', ['secret-key'], true), 'the key is ***');
    assert.equal(mask('the key is secret-k', ['secret-key'], false), 'the key is secret-k');
  });

  it('leaves no four characters of a secret in sight, wherever the text is cut', () => {
    const secret = '0123456789';
    fc.assert(
      fc.property(fc.array(fc.constantFrom(secret, 'a', '-', ' ')), fc.nat(60), (parts, length) => {
        const shown = mask(parts.join('').slice(0, length), [secret], true);
        for (let i = 0; i + 4 <= secret.length; i++)
          assert.ok(!shown.includes(secret.slice(i, i + 4)), shown);
      }),
      cases(100),
    );
  });
});
