/** What a frozen screen shows, and how large. */
import { textWidth, writeText, type Lettering } from './lettering.ts';

/** One line: what it says, and how large against the others. */
interface Line {
  readonly text: string;
  readonly share: number;
}

/** `04:12:09`, the viewer's own time. */
export function timeOfDay(dateMs: number): string {
  const date = new Date(dateMs);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

/** The lines to show. */
export function frozenLines(sinceDateMs: number): readonly Line[] {
  return [
    { text: 'THIS SCREEN IS FROZEN', share: 1 },
    { text: `since ${timeOfDay(sinceDateMs)}`, share: 0.8 },
    { text: 'THE NUMBERS BELOW ARE OLD', share: 0.55 },
  ];
}

/** Share of the width that the widest line takes, and of the height that one line may. */
const WIDEST = 0.86;
const HIGHEST = 0.16;

/** Size of a line whose share is 1. */
export function noticeSize(
  lettering: Pick<Lettering, 'places'>,
  lines: readonly Line[],
  page: PageSize,
): number {
  const fits = lines.map(
    ({ text, share }) => (WIDEST * page.widthPx) / (textWidth(lettering, text, 1) * share),
  );
  return Math.min(HIGHEST * page.heightPx, ...fits);
}

export interface PageSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The numbers can be seen for what they are, and not be taken for now. */
const VEIL = 'rgba(16, 18, 21, 0.82)';
const FRAME = '#de6400';

/** Draws the notice over the whole page. The canvas is stretched to the page, whatever shape that has. */
export function drawNotice(
  context: OffscreenCanvasRenderingContext2D,
  lettering: Lettering | null,
  page: PageSize,
  sinceDateMs: number,
): void {
  const { width, height } = context.canvas;
  context.setTransform(width / page.widthPx, 0, 0, height / page.heightPx, 0, 0);
  context.clearRect(0, 0, page.widthPx, page.heightPx);
  context.fillStyle = VEIL;
  context.fillRect(0, 0, page.widthPx, page.heightPx);
  const edge = Math.min(page.widthPx, page.heightPx) * 0.025;
  context.strokeStyle = FRAME;
  context.lineWidth = edge;
  context.strokeRect(edge / 2, edge / 2, page.widthPx - edge, page.heightPx - edge);
  if (!lettering) return;
  const lines = frozenLines(sinceDateMs);
  const size = noticeSize(lettering, lines, page);
  const total = lines.reduce((sum, { share }) => sum + share * 1.3 * size, 0);
  let y = (page.heightPx - total) / 2;
  for (const { text, share } of lines) {
    y += share * 1.15 * size;
    const own = share * size;
    writeText(context, lettering, text, {
      x: (page.widthPx - textWidth(lettering, text, own)) / 2,
      y,
      size: own,
    });
    y += share * 0.15 * size;
  }
}
