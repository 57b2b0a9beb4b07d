import { onScopeDispose, ref, type Ref } from 'vue';

/** So long after the last touch nobody is taken to stand there any more. */
const NEAR_MS = 20_000;

/** Whether somebody has a hand on this screen, and so stands before it. */
export function useNear(): { readonly isNear: Ref<boolean>; touch(): void } {
  const isNear = ref(false);
  let leaving: ReturnType<typeof setTimeout> | undefined;
  onScopeDispose(() => clearTimeout(leaving));
  return {
    isNear,
    touch: () => {
      isNear.value = true;
      clearTimeout(leaving);
      leaving = setTimeout(() => (isNear.value = false), NEAR_MS);
    },
  };
}
