// The types, with the compiler's strict rules and without skipping those of libraries.

import {test} from 'node:test';
import {installed, project, run} from './support.mjs';

const NODE = `
  import {NumeralError, Recognizer, type Picture, type Reading} from 'numeral-recognizer';
  const data = new Uint8Array(400);
  const picture: Picture = {width: 10, height: 10, data};
  const recognizer = await Recognizer.load({wasm: data, model: data.buffer, card: {labels: ['0']}});
  const reading: Reading | null = recognizer.read(picture);
  const {data: clean} = recognizer.clean({...picture, rows: () => data});
  export const found: [string | undefined, Uint8ClampedArray, string[]] =
      [reading?.text, clean, reading?.lines.map(({text}) => text) ?? []];
  // @ts-expect-error: there is no such option
  Recognizer.load({models: 'x'});
  // @ts-expect-error: it must be bytes
  recognizer.read({width: 1, height: 1, data: 'no'});
  export const error = new NumeralError('no', {file: 'x'});`;

const NODE_BUFFER = `
  import {readFile} from 'node:fs/promises';
  import {Recognizer} from 'numeral-recognizer';
  const recognizer = await Recognizer.load({
    baseUrl: new URL('.', import.meta.url), model: await readFile('mine.ort'), card: await readFile('mine.json', 'utf8'),
  });
  recognizer.read({width: 10, height: 10, data: Buffer.alloc(400)});
  await recognizer.inspect(new Blob([]));`;

const REACT = `
  import {useRef} from 'react';
  import {Recognizer} from 'numeral-recognizer';
  import {NumeralPad} from 'numeral-recognizer/numeral-pad';
  NumeralPad.load = () => Recognizer.load({baseUrl: '/numeral/'});
  export function Field({value}: {value: string}) {
    const pad = useRef<NumeralPad>(null);
    const canvas = document.createElement('canvas').getContext('2d')!;
    const read = (recognizer: Recognizer) => recognizer.read(canvas.getImageData(0, 0, 9, 9));
    return <label onClick={() => read}>
      Floor
      <numeral-pad ref={pad} name="floor" required value={value} brush={20} className="wide"
        onInput={({currentTarget}) => console.log(currentTarget.value)}
        onpredict={({detail}) => console.log(detail.text, pad.current?.validity.badInput)} />
    </label>;
  }
  // @ts-expect-error: a number is no name
  export const wrong = <numeral-pad name={5} />;`;

const PAGE = `
  import {NumeralPad} from 'numeral-recognizer/numeral-pad';
  const pad: NumeralPad = document.createElement('numeral-pad');
  pad.addEventListener('predict', ({detail}) => console.log(detail.digits[0]?.box.x));
  NumeralPad.texts = {...NumeralPad.texts, clear: 'Leeren'};`;

const DOM = {lib: ['es2022', 'dom', 'dom.iterable'], types: []};

for (const [name, file, source, options] of [
  ['without the DOM library', 'check.ts', NODE, {lib: ['es2022'], types: []}],
  ['in Node.js, with Buffers', 'check.ts', NODE_BUFFER, {lib: ['es2022'], types: ['node']}],
  ['as JSX of React 19', 'check.tsx', REACT, {...DOM, jsx: 'react-jsx'}],
  ['on a page, where React is not installed', 'check.ts', PAGE, {...DOM, paths: {react: ['./none']}}],
]) {
  test(name, async (t) => {
    const compilerOptions = {
      strict: true, noEmit: true, target: 'es2022', module: 'nodenext', skipLibCheck: false,
      exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, ...options,
    };
    const root = await project(t, `types ${name}`.replace(/\W+/g, '-'), {files: {
      [file]: source, 'tsconfig.json': JSON.stringify({compilerOptions, files: [file]}),
    }});
    await run(process.execPath, [installed('typescript/bin/tsc'), '-p', '.'], {cwd: root});
  });
}
