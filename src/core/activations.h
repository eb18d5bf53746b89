#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/preprocess.h"
#include "core/session.h"

namespace numeral {

/// Values of float32, row by row.
struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// A constant of a model, such as the weights of a layer.
struct Parameter {
  std::string name;
  Tensor tensor;
};

/// A setting of a layer, such as the strides of a convolution.
struct LayerAttribute {
  std::string name;
  std::vector<std::int64_t> integers;  ///< empty where it is no integer and no list of them
  std::string text;                    ///< empty where it is no text
};

/// One operation of a network.
struct Layer {
  std::string name;                 ///< of its output, unique in the model
  std::string operation;            ///< ONNX's or ONNX Runtime's operator, such as "FusedConv"
  std::vector<std::string> inputs;  ///< names of layers, of parameters, or kInputName
  std::vector<LayerAttribute> attributes;
  Tensor output;  ///< of the latest run, for one picture: [channels, rows, columns] or [values]
};

/// A model in ORT format with the outputs of all its layers as outputs of the model. Fails where it
/// has another format.
Result<std::vector<std::byte>> with_all_outputs(std::span<const std::byte> model);

/// A model that tells what each of its layers makes of a picture (its activations), for those who
/// look inside it. It takes as much memory as a recogniser of the same model.
class ActivationModel {
 public:
  /// Loads a model in ORT format that a Recognizer was made of before: that it is valid is not
  /// checked again. The bytes are copied. Fails where it has another format.
  static Result<ActivationModel> create(std::span<const std::byte> model);

  /// Runs the network, and keeps what each layer makes of the input. Fails only where ONNX Runtime
  /// does.
  Result<void> run(NetworkInput input);

  /// In the order in which they run.
  const std::vector<Layer>& layers() const { return layers_; }

  const std::vector<Parameter>& parameters() const { return parameters_; }

 private:
  ActivationModel(Session session, std::vector<Layer> layers, std::vector<Parameter> parameters);

  Session session_;
  std::vector<Layer> layers_;
  std::vector<Parameter> parameters_;
};

}  // namespace numeral
