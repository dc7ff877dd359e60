// The language of a page: Chinese first, English by a switch, remembered on this machine.
//
// In:  a dictionary whose entries are [Chinese, English].
// Out: `translate(key)` that follows the switch; `{name}` in a text is replaced by the value of that name.

import { computed, ref } from 'vue';

export type Language = 'zh-CN' | 'en';
export type Texts = Record<string, readonly [chinese: string, english: string]>;

const KEPT = 'kinfold.language';

function readKept(): Language {
  try {
    return localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh-CN';
  } catch {
    return 'zh-CN'; // storage may be switched off by the office's browser settings
  }
}

const current = ref<Language>(readKept());
document.documentElement.lang = current.value;

export const language = computed<Language>({
  get: () => current.value,
  set(next) {
    current.value = next;
    document.documentElement.lang = next;
    try {
      localStorage.setItem(KEPT, next);
    } catch {
      // then the choice holds for this page only
    }
  },
});

/** A pair's text in the page's language. */
export function choose(pair: readonly [chinese: string, english: string]): string {
  return pair[current.value === 'en' ? 1 : 0];
}

export function createTranslate<T extends Texts>(texts: T) {
  return (key: keyof T & string, values: Record<string, string | number> = {}): string =>
    choose(texts[key] as Texts[string]).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
