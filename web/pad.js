// Drawing on a canvas with the mouse, a finger or a pen.

/** Width of the brush, and of the whole pad, in CSS pixels. */
const BRUSH = 20;
const SIZE = 280;

/** Canvas pixels for a CSS pixel: enough to look crisp, no more, as all of them are recognised. */
const DENSITY = Math.min(Math.ceil(globalThis.devicePixelRatio || 1), 2);

/** @typedef {{x: number, y: number}} Point */

const middle = (a, b) => ({x: (a.x + b.x) / 2, y: (a.y + b.y) / 2});

/**
 * Strokes on a transparent canvas, in the colour that CSS gives it (`color`). A stroke runs in
 * quadratic curves through the midpoints between the pointer's positions, which are their control
 * points: smooth, however far apart they are.
 */
export class Pad {
  /** Called whenever a stroke begins. */
  onstroke = () => {};

  #canvas;
  #context;
  /** @type {Path2D[]} What is drawn. The latest stroke ends half-way to the latest position. */
  #strokes = [];
  /** The pointer that draws, until it is lifted; others are ignored meanwhile. */
  #pointer = null;
  /** @type {Point} Its latest position. */
  #last;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    canvas.width = canvas.height = SIZE * DENSITY;
    this.#context = canvas.getContext('2d', {willReadFrequently: true});
    this.#context.scale(DENSITY, DENSITY);
    this.#context.lineWidth = BRUSH;
    this.#context.lineCap = this.#context.lineJoin = 'round';

    canvas.addEventListener('pointerdown', (event) => this.#begin(event));
    canvas.addEventListener('pointermove', (event) => this.#move(event));
    for (const end of ['pointerup', 'pointercancel', 'lostpointercapture'])
      canvas.addEventListener(end, (event) => this.#end(event));
    // The ink's colour may be another one then.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paint());
  }

  /** The drawing as it stands: dark or light ink on transparency. */
  image() {
    return this.#context.getImageData(0, 0, this.#canvas.width, this.#canvas.height);
  }

  clear() {
    this.#strokes = [];
    this.#pointer = null;
    this.#paint();
  }

  /** Where a pointer is on the pad, also where zooming or CSS has changed the pad's size. */
  #position(event) {
    const box = this.#canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - box.left) * SIZE) / box.width,
      y: ((event.clientY - box.top) * SIZE) / box.height,
    };
  }

  #begin(event) {
    if (this.#pointer !== null || event.button !== 0) return;
    event.preventDefault();
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#last = this.#position(event);
    const stroke = new Path2D();
    stroke.moveTo(this.#last.x, this.#last.y);
    this.#strokes.push(stroke);
    this.onstroke();
    this.#paint();
  }

  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    const stroke = this.#strokes.at(-1);
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) {
      const next = this.#position(each);
      const end = middle(this.#last, next);
      stroke.quadraticCurveTo(this.#last.x, this.#last.y, end.x, end.y);
      this.#last = next;
    }
    this.#paint();
  }

  #end(event) {
    if (event.pointerId !== this.#pointer) return;
    this.#finish(this.#strokes.at(-1));
    this.#pointer = null;
    this.#paint();
  }

  /** Draws everything. Each stroke is painted in one go: in pieces, its joints would show. */
  #paint() {
    const context = this.#context;
    context.clearRect(0, 0, SIZE, SIZE);
    context.strokeStyle = getComputedStyle(this.#canvas).color;
    this.#strokes.forEach((stroke, i) => {
      const unfinished = this.#pointer !== null && i === this.#strokes.length - 1;
      context.stroke(unfinished ? this.#finish(new Path2D(stroke)) : stroke);
    });
  }

  /**
   * Leads a stroke up to the pointer. One that never moved becomes a dot: the round caps of a line
   * too short to see. Of a line of no length at all not every browser draws them.
   */
  #finish(stroke) {
    stroke.lineTo(this.#last.x + 0.01, this.#last.y);
    return stroke;
  }
}
