#pragma once

#include "operation.h"

namespace torch_onnx {

// The converters: each adds the ONNX nodes of one ATen operation, or of several with the same
// arguments, and throws ExportError on arguments that ONNX cannot express. Which converter is for
// which operation stands in operators.cpp.

// convolution.cpp
void convert_convolution(const Operation& op);
void convert_batch_norm(const Operation& op);

// pooling.cpp
void convert_max_pool(const Operation& op);
void convert_average_pool(const Operation& op);
void convert_adaptive_average_pool(const Operation& op);

// linear.cpp
void convert_linear(const Operation& op);
void convert_addmm(const Operation& op);
void convert_matmul(const Operation& op);
void convert_transpose(const Operation& op);

// elementwise.cpp, with what only changes the shape or nothing
void convert_add(const Operation& op);
void convert_sub(const Operation& op);
void convert_rsub(const Operation& op);
void convert_mul(const Operation& op);
void convert_div(const Operation& op);
void convert_relu(const Operation& op);
void convert_softmax(const Operation& op);
void convert_flatten(const Operation& op);
void convert_dropout(const Operation& op);
void convert_identity(const Operation& op);
void convert_fill(const Operation& op);

}  // namespace torch_onnx
