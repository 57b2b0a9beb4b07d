/** Charts as a picture to be put into a ticket: with whose they are, when, in which zone, and how old. */

export interface PictureChart {
  readonly canvas: HTMLCanvasElement;
  readonly title: string;
  readonly note: string;
  readonly legend: readonly {
    readonly label: string;
    readonly color: string;
    readonly dash: readonly number[];
  }[];
}
export interface PictureText {
  readonly title: string;
  /** Range, zone, step, age: one line each. */
  readonly lines: readonly string[];
}

const EDGE = 16;
const LINE_HEIGHT = 20;
const HEAD_HEIGHT = 24;
/** Title, and two lines of legend. */
const CHART_HEAD = 66;
const SWATCH = 26;

export interface Placed {
  readonly x: number;
  readonly y: number;
}

/** Where everything goes, CSS pixels: one chart alone, several in two columns. */
export function pictureLayout(
  sizes: readonly { readonly width: number; readonly height: number }[],
  lines: number,
): { readonly width: number; readonly height: number; readonly places: readonly Placed[] } {
  const columns = sizes.length > 1 ? 2 : 1;
  const cell = Math.max(0, ...sizes.map(({ width }) => width));
  const head = EDGE + HEAD_HEIGHT + lines * LINE_HEIGHT + EDGE / 2;
  const rowHeight = Math.max(0, ...sizes.map(({ height }) => height)) + CHART_HEAD + EDGE;
  const places = sizes.map((_, i) => ({
    x: EDGE + (i % columns) * (cell + EDGE),
    y: head + Math.floor(i / columns) * rowHeight,
  }));
  return {
    width: EDGE + columns * (cell + EDGE),
    height: head + Math.ceil(sizes.length / columns) * rowHeight,
    places,
  };
}

const sizeOf = ({ canvas }: PictureChart) => ({ width: canvas.clientWidth, height: canvas.clientHeight });

/** In two lines where one is too short. */
function drawLegend(ctx: CanvasRenderingContext2D, chart: PictureChart, at: Placed): void {
  const { width } = sizeOf(chart);
  let { x, y } = at;
  ctx.font = '13px system-ui, sans-serif';
  for (const { label, color, dash } of chart.legend) {
    const needed = SWATCH + 6 + ctx.measureText(label).width;
    if (x + needed > at.x + width) [x, y] = [at.x, y + LINE_HEIGHT - 2];
    ctx.strokeStyle = color;
    ctx.lineWidth = 2.5;
    ctx.setLineDash([...dash]);
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + SWATCH, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.fillStyle = '#c3cad2';
    ctx.fillText(label, x + SWATCH + 6, y);
    x += needed + 14;
  }
}

function drawChart(ctx: CanvasRenderingContext2D, chart: PictureChart, { x, y }: Placed): void {
  const { width, height } = sizeOf(chart);
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height + CHART_HEAD);
  ctx.clip();
  ctx.font = '600 15px system-ui, sans-serif';
  ctx.fillStyle = '#eceff2';
  ctx.fillText(chart.title, x, y + 10);
  const titleWidth = ctx.measureText(chart.title).width;
  ctx.font = '13px system-ui, sans-serif';
  ctx.fillStyle = '#a3adb8';
  ctx.fillText(chart.note, x + titleWidth + 12, y + 10);
  drawLegend(ctx, chart, { x, y: y + 32 });
  ctx.drawImage(chart.canvas, x, y + CHART_HEAD, width, height);
  ctx.restore();
}

/** Draws it all onto one canvas, as sharp as the screen is. */
export function drawPicture(
  charts: readonly PictureChart[],
  text: PictureText,
  ratio: number,
): HTMLCanvasElement {
  const layout = pictureLayout(charts.map(sizeOf), text.lines.length);
  const picture = document.createElement('canvas');
  picture.width = Math.ceil(layout.width * ratio);
  picture.height = Math.ceil(layout.height * ratio);
  const ctx = picture.getContext('2d');
  if (!ctx) return picture;
  ctx.scale(ratio, ratio);
  ctx.fillStyle = '#1e2227';
  ctx.fillRect(0, 0, layout.width, layout.height);
  ctx.textBaseline = 'middle';
  ctx.fillStyle = '#eceff2';
  ctx.font = '600 19px system-ui, sans-serif';
  ctx.fillText(text.title, EDGE, EDGE + HEAD_HEIGHT / 2);
  ctx.fillStyle = '#c3cad2';
  ctx.font = '13px system-ui, sans-serif';
  text.lines.forEach((line, i) => ctx.fillText(line, EDGE, EDGE + HEAD_HEIGHT + (i + 0.5) * LINE_HEIGHT));
  charts.forEach((chart, i) => drawChart(ctx, chart, layout.places[i] ?? { x: 0, y: 0 }));
  return picture;
}

/** Hands the picture to the viewer as a file; false when the browser could not make one. */
export function savePicture(picture: HTMLCanvasElement, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    picture.toBlob((blob) => {
      if (!blob) return resolve(false);
      const url = URL.createObjectURL(blob);
      const anchor = document.createElement('a');
      anchor.href = url;
      anchor.download = name;
      anchor.click();
      // The download has begun with the click; the copy in memory is not needed any more.
      URL.revokeObjectURL(url);
      resolve(true);
    }, 'image/png');
  });
}
