// The networks that TensorFlow.js runs, in its own format: the published one, rebuilt with the same
// weights, and the one that its tutorials build.

import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import tf from '@tensorflow/tfjs';
import protobuf from 'protobufjs';

/** The ONNX schema, as Debian's libonnx-dev has it. */
const SCHEMA = '/usr/include/onnx/onnx.proto';

/** The tensors of an ONNX file by name, and its nodes. */
async function readOnnx(file) {
  const schema = (await protobuf.load(SCHEMA)).lookupType('onnx.ModelProto');
  const {graph} = schema.toObject(schema.decode(await readFile(file)), {longs: Number});
  const tensors = Object.fromEntries(graph.initializer.map(({name, dims, rawData, floatData}) => {
    const values = rawData?.length
        ? new Float32Array(rawData.buffer.slice(rawData.byteOffset, rawData.byteOffset + rawData.length))
        : Float32Array.from(floatData ?? []);
    return [name, {dims: dims ?? [], values}];
  }));
  return {tensors, nodes: graph.node};
}

/** Saves a model as model.json and weights.bin in a folder. */
async function save(model, folder) {
  await mkdir(folder, {recursive: true});
  await model.save(tf.io.withSaveHandler(async ({modelTopology, weightSpecs, weightData}) => {
    const weightsManifest = [{paths: ['weights.bin'], weights: weightSpecs}];
    await writeFile(join(folder, 'model.json'),
        JSON.stringify({format: 'layers-model', modelTopology, weightsManifest}));
    await writeFile(join(folder, 'weights.bin'), Buffer.from(weightData));
    return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
  }));
}

const attribute = (node, name) => node.attribute.find((each) => each.name === name);

/** How many multiplications an answer of the network takes. */
function multiplicationsOf(model) {
  return model.layers.reduce((sum, layer) => {
    if (!layer.kernel) return sum;
    const [, ...output] = layer.outputShape;
    const places = output.slice(0, -1).reduce((product, size) => product * size, 1);
    return sum + places * layer.kernel.shape.reduce((product, size) => product * size, 1);
  }, 0);
}

/**
 * Rebuilds the published network in the layers API and saves it. Returns how many multiplications
 * it takes.
 */
export async function rebuild(onnxFile, folder) {
  const {tensors, nodes} = await readOnnx(onnxFile);
  const model = tf.sequential();
  const weights = [];
  let inputShape = [28, 28, 1];
  const add = (layer) => {
    model.add(layer);
    inputShape = undefined;
  };
  for (const [i, node] of nodes.entries()) {
    const isFollowedBy = (type) => nodes[i + 1]?.opType === type;
    const parameters = node.input.slice(1).map((name) => tensors[name]);
    if (node.opType === 'Conv') {
      const [weight, bias] = parameters;
      add(tf.layers.conv2d({
        inputShape, filters: weight.dims[0], kernelSize: weight.dims.slice(2),
        strides: attribute(node, 'strides').ints, padding: 'valid',
        activation: isFollowedBy('Relu') ? 'relu' : 'linear',
      }));
      // From [out, in, height, width] to [height, width, in, out].
      weights.push(tf.tensor(weight.values, weight.dims).transpose([2, 3, 1, 0]), tf.tensor(bias.values));
    } else if (node.opType === 'MaxPool') {
      add(tf.layers.maxPooling2d({poolSize: attribute(node, 'kernel_shape').ints}));
    } else if (node.opType === 'Flatten') {
      add(tf.layers.flatten());
    } else if (node.opType === 'Gemm') {
      const [weight, bias] = parameters;
      const [outputs, inputs] = weight.dims;
      let matrix = tf.tensor(weight.values, weight.dims);
      if (nodes[i - 1].opType === 'Flatten') {
        // What is flattened has the channels last here, and first in ONNX.
        const [, height, width, channels] = model.layers.at(-2).outputShape;
        matrix = matrix.reshape([outputs, channels, height, width]).transpose([0, 2, 3, 1])
            .reshape([outputs, inputs]);
      }
      add(tf.layers.dense({
        units: outputs, activation: isFollowedBy('Softmax') ? 'softmax' : 'linear',
      }));
      weights.push(matrix.transpose(), tf.tensor(bias.values));
    } else if (!['Relu', 'Softmax'].includes(node.opType)) {
      throw new Error(`${onnxFile}: ${node.opType} is not known here`);
    }
  }
  model.setWeights(weights);
  await save(model, folder);
  return multiplicationsOf(model);
}

/**
 * The network of TensorFlow.js's own and many other tutorials, untrained: 225,034 weights. Returns
 * how many multiplications it takes.
 */
export async function tutorial(folder) {
  const model = tf.sequential({layers: [
    tf.layers.conv2d({inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: 'relu'}),
    tf.layers.maxPooling2d({poolSize: 2}),
    tf.layers.conv2d({filters: 64, kernelSize: 3, activation: 'relu'}),
    tf.layers.maxPooling2d({poolSize: 2}),
    tf.layers.flatten(),
    tf.layers.dense({units: 128, activation: 'relu'}),
    tf.layers.dense({units: 10, activation: 'softmax'}),
  ]});
  if (model.countParams() !== 225034) throw new Error(`${model.countParams()} weights`);
  await save(model, folder);
  return multiplicationsOf(model);
}
