import { onScopeDispose, ref, type Ref } from 'vue';

/** Whether the window is a phone's. */
export function useNarrow(query = '(width < 900px)'): Readonly<Ref<boolean>> {
  const list = window.matchMedia(query);
  const isNarrow = ref(list.matches);
  const onChange = () => (isNarrow.value = list.matches);
  list.addEventListener('change', onChange);
  onScopeDispose(() => list.removeEventListener('change', onChange));
  return isNarrow;
}
