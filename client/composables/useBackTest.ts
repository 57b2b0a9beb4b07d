import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { BackTestReport, BackTestRequest } from '../../shared/alarms.ts';
import { cancelBackTest, fetchBackTest, startBackTest } from '../api-rules.ts';

const POLL_MS = 700;

/** One back-test at a time: begun, followed until it is done, or ended. */
export function useBackTest(pollMs = POLL_MS) {
  const asked = shallowRef<BackTestRequest | null>(null);
  const report = shallowRef<BackTestReport | null>(null);
  const fault = ref('');
  const isStarting = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOver = false;

  function follow(next: BackTestReport): void {
    report.value = next;
    if (next.state === 'running' && !isOver) timer = setTimeout(() => void poll(next.id), pollMs);
  }
  async function poll(id: string): Promise<void> {
    const result = await fetchBackTest(id);
    if (isOver || report.value?.id !== id || report.value.state !== 'running') return;
    if (result.ok) {
      fault.value = '';
      return follow(result.data);
    }
    fault.value = result.error.message;
    // It goes on without us; only a server that knows nothing of it any more ends it.
    if (result.error.code === 'not-found')
      report.value = { ...report.value, state: 'failed', reason: fault.value };
    else timer = setTimeout(() => void poll(id), pollMs);
  }

  async function start(request: BackTestRequest): Promise<void> {
    clearTimeout(timer);
    asked.value = request;
    report.value = null;
    fault.value = '';
    isStarting.value = true;
    const result = await startBackTest(request);
    isStarting.value = false;
    if (asked.value !== request || isOver) return;
    if (result.ok) return follow(result.data);
    fault.value = [result.error.message, ...(result.error.details ?? [])].join(' ');
  }
  async function cancel(): Promise<void> {
    const id = report.value?.id;
    if (id === undefined) return;
    const result = await cancelBackTest(id);
    if (!result.ok) fault.value = result.error.message;
    else if (report.value?.id === id) {
      clearTimeout(timer);
      report.value = result.data;
    }
  }

  const isRunning = computed(() => isStarting.value || report.value?.state === 'running');
  onScopeDispose(() => {
    isOver = true;
    clearTimeout(timer);
  });
  return { asked, report, fault, isRunning, start, cancel };
}
