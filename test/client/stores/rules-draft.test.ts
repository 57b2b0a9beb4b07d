import { describe, expect, it } from 'vitest';
import { createDraftBox, parseDraft, saveFaults } from '../../../client/stores/rules-draft.ts';

const draft = { text: 'rules: []\n', baseVersion: 7, baseText: '', note: 'why' };

describe('what is typed and not saved', () => {
  it('is kept until it is saved or thrown away (ALP-32)', () => {
    sessionStorage.clear();
    const box = createDraftBox(() => sessionStorage);
    expect(box.read()).toBeUndefined();
    expect(box.keep(draft)).toBe(true);
    expect(createDraftBox(() => sessionStorage).read()).toEqual(draft);
    box.keep(null);
    expect(box.read()).toBeUndefined();
  });

  it('is nothing where something else was kept', () => {
    for (const kept of [null, '', '{', 'null', '5', '{"text":1}', '{"text":"a","baseText":"","note":""}'])
      expect(parseDraft(kept)).toBeUndefined();
  });

  it('says that it is not kept by a browser that keeps nothing', () => {
    const box = createDraftBox(() => {
      throw new Error('SecurityError');
    });
    expect([box.read(), box.keep(draft)]).toEqual([undefined, false]);
  });

  it.each([
    [{}, []],
    [{ isChanged: false }, ['Nothing is changed.']],
    [{ by: ' ' }, ['Say who you are.']],
    [{ note: '' }, ['Say why: the next shift must know.']],
    [{ faults: ['a'] }, ['The file has a fault.']],
    [{ faults: ['a', 'b'] }, ['The file has 2 faults.']],
    [{ faults: null }, []],
  ])('is not saved without all that is needed: %j (ALP-33)', (change, expected) => {
    expect(saveFaults({ isChanged: true, by: 'Ada', note: 'why', faults: [], ...change })).toEqual(expected);
  });
});
