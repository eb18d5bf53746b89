// A layer's maps on one canvas, as many side by side as there is room for. A value can be pointed at and
// chosen, by pointer and by keys.

/** Pixels between maps, and between values that are maps of their own. */
const GAP = 7, SMALL_GAP = 2;

/** Where the arrow keys go, as [column, row]. */
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

/** A colour's red, green and blue. @param {string} color as computed by the browser */
const channelsOf = (color) => color.match(/[\d.]+/g).slice(0, 3).map(Number);

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** @typedef {{map?: number, top: number, left: number, bottom: number, right: number}} Field */

export class MapsView {
  /** Is told which value is pointed at, null for none. @type {(index: ?number, byKeys: boolean) => void} */
  onpoint = () => {};
  /** Is told which value was chosen. @type {(index: number) => void} */
  onchoose = () => {};
  /** Contours around what is above half, of another picture of the same size. @type {?Float32Array} */
  contours = null;
  /** What the chosen value depends on here. @type {?Field} */
  field = null;
  /** The chosen value. @type {?number} */
  chosen = null;

  #canvas;
  #size;
  #values = new Float32Array();
  #strongest = 0;
  /** Pixels of a value, and maps side by side. */
  #cell = 1;
  #across = 1;
  /** The value that the keys are at. */
  #cursor = 0;
  #hasFocus = false;
  #scratch = document.createElement('canvas');

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{maps: number, rows: number, columns: number}} size
   */
  constructor(canvas, size) {
    this.#canvas = canvas;
    this.#size = size;
    this.#scratch.width = size.columns;
    this.#scratch.height = size.rows * size.maps;
    new ResizeObserver(() => this.#layOut()).observe(canvas.parentElement);
    canvas.addEventListener('pointermove', (event) => this.onpoint(this.#indexAt(event), false));
    canvas.addEventListener('pointerleave', () => this.onpoint(null, false));
    canvas.addEventListener('click', (event) => {
      const index = this.#indexAt(event);
      if (index !== null) this.#choose(index);
    });
    canvas.addEventListener('keydown', (event) => this.#onKey(event));
    canvas.addEventListener('focus', () => {
      this.#hasFocus = canvas.matches(':focus-visible');
      if (this.#hasFocus) this.onpoint(this.#cursor, true);
      this.draw();
    });
    canvas.addEventListener('blur', () => {
      this.#hasFocus = false;
      this.draw();
    });
  }

  /** @param {Float32Array} values @param {number} strongest the one that is shown strongest */
  show(values, strongest) {
    this.#values = values;
    this.#strongest = strongest;
    this.draw();
  }

  #choose(index) {
    this.#cursor = index;
    this.onchoose(index);
  }

  #onKey(event) {
    const {maps, rows, columns} = this.#size;
    const perMap = rows * columns;
    const {key} = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    let next = this.#cursor;
    if (ARROWS[key]) next = this.#moved(...ARROWS[key]);
    else if (key === 'PageUp') next -= perMap;
    else if (key === 'PageDown') next += perMap;
    else if (key === 'Home') next = 0;
    else if (key === 'End') next = maps * perMap - 1;
    else if (key !== 'Enter' && key !== ' ') return;
    event.preventDefault();
    // Enter is the page's Predict elsewhere.
    event.stopPropagation();
    if (next < 0 || next >= maps * perMap) return;
    this.#hasFocus = true;
    this.#cursor = next;
    this.onpoint(next, true);
    if (key === 'Enter' || key === ' ') this.#choose(next);
    this.draw();
  }

  /** The value beside the cursor, on the next map where this one ends. */
  #moved(x, y) {
    const {maps, rows, columns} = this.#size;
    const column = this.#cursor % columns;
    const row = Math.floor(this.#cursor / columns) % rows;
    const map = Math.floor(this.#cursor / (columns * rows));
    const onMap = column + x >= 0 && column + x < columns && row + y >= 0 && row + y < rows;
    if (onMap) return this.#cursor + y * columns + x;
    const nextMap = map + x + y * this.#across;
    if (nextMap < 0 || nextMap >= maps) return this.#cursor;
    return (nextMap * rows + (row + y + rows) % rows) * columns + (column + x + columns) % columns;
  }

  /** As many maps side by side as there is room for. */
  #layOut() {
    const {maps, rows, columns} = this.#size;
    const room = this.#canvas.parentElement.clientWidth;
    if (!room) return;
    const wanted = maps === 1 ? Math.min(224, room) : rows * columns === 1 ? 10 :
        room < 480 ? 16 + 2.4 * columns : 22 + 3.2 * columns;
    this.#cell = Math.max(1, Math.floor(wanted / columns));
    const {width, height} = this.#pitch();
    this.#across = clamp(Math.floor((room - 4 + this.#gap()) / width), 1, maps);
    // Full rows look better than one that is nearly empty.
    const down = Math.ceil(maps / this.#across);
    this.#across = Math.ceil(maps / down);
    const shown = {width: this.#across * width - this.#gap() + 4, height: down * height - this.#gap() + 4};
    const density = devicePixelRatio;
    this.#canvas.style.width = `${shown.width}px`;
    this.#canvas.style.height = `${shown.height}px`;
    this.#canvas.width = Math.round(shown.width * density);
    this.#canvas.height = Math.round(shown.height * density);
    this.draw();
  }

  #gap() {
    return this.#size.rows * this.#size.columns === 1 ? SMALL_GAP : GAP;
  }

  /** From one map to the next. */
  #pitch() {
    const {rows, columns} = this.#size;
    return {width: columns * this.#cell + this.#gap(), height: rows * this.#cell + this.#gap()};
  }

  /** Where a map begins. */
  #origin(map) {
    const {width, height} = this.#pitch();
    return {x: 2 + (map % this.#across) * width, y: 2 + Math.floor(map / this.#across) * height};
  }

  /** The value under the pointer, or nearest to it between two maps; null where there is none. */
  #indexAt({clientX, clientY}) {
    const {maps, rows, columns} = this.#size;
    const {left, top} = this.#canvas.getBoundingClientRect();
    const x = clientX - left - 2, y = clientY - top - 2;
    const {width, height} = this.#pitch();
    const across = Math.floor(x / width), down = Math.floor(y / height);
    const map = down * this.#across + across;
    if (across < 0 || down < 0 || across >= this.#across || map >= maps) return null;
    const column = Math.min(Math.floor((x - across * width) / this.#cell), columns - 1);
    const row = Math.min(Math.floor((y - down * height) / this.#cell), rows - 1);
    return (map * rows + row) * columns + column;
  }

  draw() {
    const {maps, rows, columns} = this.#size;
    const style = getComputedStyle(this.#canvas);
    const weak = channelsOf(style.fill), strong = channelsOf(style.color);
    const picture = new ImageData(columns, rows * maps);
    this.#values.forEach((value, i) => {
      const share = this.#strongest > 0 ? clamp(value / this.#strongest, 0, 1) : 0;
      weak.forEach((channel, c) => (picture.data[i * 4 + c] = channel + share * (strong[c] - channel)));
      picture.data[i * 4 + 3] = 255;
    });
    this.#scratch.getContext('2d').putImageData(picture, 0, 0);

    const context = this.#canvas.getContext('2d');
    const density = this.#canvas.width / (parseFloat(this.#canvas.style.width) || 1);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    context.imageSmoothingEnabled = false;
    const width = columns * this.#cell, height = rows * this.#cell;
    for (let map = 0; map < maps; ++map) {
      const {x, y} = this.#origin(map);
      context.drawImage(this.#scratch, 0, map * rows, columns, rows, x, y, width, height);
      context.strokeStyle = style.stroke;
      context.lineWidth = 1;
      if (rows * columns > 1) context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1);
    }
    context.strokeStyle = style.caretColor;
    context.lineJoin = 'round';
    if (this.contours) this.#drawContours(context);
    if (this.field) this.#drawField(context, this.field);
    if (this.chosen !== null) this.#frame(context, this.chosen, style.caretColor, 2.5);
    if (this.#hasFocus) this.#frame(context, this.#cursor, style.caretColor, 1.5);
  }

  /** @param {Field} field */
  #drawField(context, {map, top, left, bottom, right}) {
    context.lineWidth = this.#size.maps === 1 ? 2 : 1.25;
    const first = map ?? 0, end = map === undefined ? this.#size.maps : map + 1;
    for (let each = first; each < end; ++each) {
      const {x, y} = this.#origin(each);
      context.strokeRect(x + left * this.#cell, y + top * this.#cell,
          (right - left) * this.#cell, (bottom - top) * this.#cell);
    }
  }

  /** Frames a value, so that it is seen on light and on dark. */
  #frame(context, index, color, lineWidth) {
    const {rows, columns} = this.#size;
    const {x, y} = this.#origin(Math.floor(index / (rows * columns)));
    const left = x + (index % columns) * this.#cell;
    const top = y + (Math.floor(index / columns) % rows) * this.#cell;
    context.strokeStyle = color;
    context.lineWidth = lineWidth;
    context.strokeRect(left - 1, top - 1, this.#cell + 2, this.#cell + 2);
  }

  /** The edges between what is above half and what is not. */
  #drawContours(context) {
    const {rows, columns} = this.#size;
    const isInk = (row, column) =>
      row >= 0 && row < rows && column >= 0 && column < columns && this.contours[row * columns + column] > 0.5;
    const {x, y} = this.#origin(0);
    context.lineWidth = 1.5;
    context.beginPath();
    for (let row = 0; row <= rows; ++row) {
      for (let column = 0; column <= columns; ++column) {
        const left = x + column * this.#cell, top = y + row * this.#cell;
        if (isInk(row, column) !== isInk(row, column - 1)) {
          context.moveTo(left, top);
          context.lineTo(left, top + this.#cell);
        }
        if (isInk(row, column) !== isInk(row - 1, column)) {
          context.moveTo(left, top);
          context.lineTo(left + this.#cell, top);
        }
      }
    }
    context.stroke();
  }
}
