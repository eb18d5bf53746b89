# The source files that every program linked with ONNX Runtime's C API needs, whatever its model.
# Those of the model's operators are found by select_kernels.py. A file that no program needs
# costs only the time to compile it: the linker leaves it out.

# Relative to ONNX Runtime's folder `onnxruntime/`. What is missing of the C API, logging and
# profiling is in reduced.cc and replaced/.
set(onnxruntime_framework_sources
  # The C API, sessions and their options.
  core/session/IOBinding.cc
  core/session/abi_session_options.cc
  core/session/allocator_adapters.cc
  core/session/api_utils.cc
  core/session/custom_ops.cc
  core/session/default_cpu_allocator_c_api.cc
  core/session/environment.cc
  core/session/inference_session.cc
  core/session/lora_adapters.cc
  core/session/onnxruntime_c_api.cc
  core/session/ort_env.cc
  core/session/provider_registration.cc
  core/session/standalone_op_invoker.cc
  lora/adapter_format_utils.cc

  # Reading a model in ORT format, and its graph.
  core/flatbuffers/flatbuffers_utils.cc
  core/graph/graph.cc
  core/graph/graph_flatbuffers_utils.cc
  core/graph/graph_viewer.cc
  core/graph/model.cc
  core/graph/node_attr_utils.cc
  core/graph/op_identifier_utils.cc

  # Tensors, types and memory.
  core/framework/allocator.cc
  core/framework/allocator_utils.cc
  core/framework/bfc_arena.cc
  core/framework/copy.cc
  core/framework/data_transfer.cc
  core/framework/data_transfer_manager.cc
  core/framework/data_types.cc
  core/framework/endian_utils.cc
  core/framework/external_data_loader.cc
  core/framework/external_data_loader_manager.cc
  core/framework/mldata_type_utils.cc
  core/framework/onnxruntime_map_type_info.cc
  core/framework/onnxruntime_optional_type_info.cc
  core/framework/onnxruntime_sequence_type_info.cc
  core/framework/onnxruntime_typeinfo.cc
  core/framework/tensor.cc
  core/framework/tensor_external_data_info.cc
  core/framework/tensor_shape.cc
  core/framework/tensor_type_and_shape.cc
  core/framework/tensorprotoutils.cc
  core/framework/transpose_helper.cc

  # Finding a kernel for each node, planning memory, running.
  core/framework/allocation_planner.cc
  core/framework/config_options.cc
  core/framework/error_code.cc
  core/framework/ex_lib_loader.cc
  core/framework/execution_frame.cc
  core/framework/execution_provider.cc
  core/framework/execution_steps.cc
  core/framework/feeds_fetches_manager.cc
  core/framework/graph_partitioner.cc
  core/framework/kernel_def_builder.cc
  core/framework/kernel_registry.cc
  core/framework/kernel_registry_manager.cc
  core/framework/kernel_type_str_resolver.cc
  core/framework/murmurhash3.cc
  core/framework/node_index_info.cc
  core/framework/op_kernel.cc
  core/framework/op_kernel_info.cc
  core/framework/op_node_proto_helper.cc
  core/framework/ort_value_pattern_planner.cc
  core/framework/prepacked_weights.cc
  core/framework/prepacked_weights_container.cc
  core/framework/run_options.cc
  core/framework/sequential_executor.cc
  core/framework/session_options.cc
  core/framework/session_state.cc
  core/framework/session_state_utils.cc
  core/framework/simple_tensor_allocator.cc
  core/framework/stream_execution_context.cc
  core/framework/tensor_allocator.cc
  core/framework/utils.cc

  # The CPU provider, apart from its kernels.
  core/providers/cpu/controlflow/utils.cc
  core/providers/cpu/cpu_provider_factory.cc
  core/providers/get_execution_providers.cc
  core/providers/utils.cc
  core/util/math_cpu.cc
  core/util/thread_utils.cc

  # Logging, profiling, status, and the operating system.
  core/common/cpuid_info.cc
  core/common/denormal.cc
  core/common/logging/capture.cc
  core/common/logging/logging.cc
  core/common/status.cc
  core/platform/env.cc
  core/platform/env_time.cc
  core/platform/path_lib.cc
  core/platform/posix/env.cc
  core/platform/posix/env_time.cc
  core/platform/posix/stacktrace.cc
  core/platform/telemetry.cc)

# The matrix library below the kernels, of which these are where the time goes.
set(onnxruntime_arithmetic_sources
  core/mlas/lib/activate.cpp
  core/mlas/lib/convolve.cpp
  core/mlas/lib/pooling.cpp
  core/mlas/lib/sgemm.cpp
  core/mlas/lib/wasm_simd/SgemmKernelWasmSimd.cpp
  core/mlas/lib/wasm_simd/SgemvKernelWasmSimd.cpp)

# What else of it the kernels of a convolutional network call. Where the linker misses a function
# named Mlas..., its file is to be added.
set(onnxruntime_mlas_sources
  core/mlas/lib/cast.cpp
  core/mlas/lib/compute.cpp
  core/mlas/lib/erf.cpp
  core/mlas/lib/logistic.cpp
  core/mlas/lib/platform.cpp
  core/mlas/lib/qdwconv.cpp
  core/mlas/lib/snchwc.cpp
  core/mlas/lib/tanh.cpp
  core/mlas/lib/threading.cpp
  core/mlas/lib/transpose.cpp)

# ONNX's names of types. Relative to onnx's own folder.
set(onnx_sources
  onnx/defs/data_type_utils.cc)

# The part of protobuf-lite that reading onnx-ml.proto's messages takes. Relative to protobuf's
# folder `src/google/protobuf/`.
set(protobuf_sources
  arena.cc
  arenastring.cc
  extension_set.cc
  generated_enum_util.cc
  generated_message_util.cc
  implicit_weak_message.cc
  io/coded_stream.cc
  io/zero_copy_stream.cc
  io/zero_copy_stream_impl.cc
  io/zero_copy_stream_impl_lite.cc
  message_lite.cc
  parse_context.cc
  repeated_field.cc
  repeated_ptr_field.cc
  stubs/common.cc
  stubs/int128.cc
  stubs/status.cc
  stubs/stringpiece.cc
  stubs/structurally_valid.cc
  stubs/strutil.cc
  wire_format_lite.cc)

# What the program takes of libc++, compiled anew with the options of whole_program.cmake: most of
# it is virtual functions of streams and locales that nobody calls. Whatever calls virtual functions
# must be among these, since calls from Emscripten's own libc++ are not seen when the others are
# left out. Relative to libc++'s folder `src/`.
set(libcxx_sources
  call_once.cpp
  chrono.cpp
  condition_variable.cpp
  error_category.cpp
  exception.cpp
  filesystem/path.cpp
  future.cpp
  hash.cpp
  ios.cpp
  ios.instantiations.cpp
  locale.cpp
  memory.cpp
  mutex.cpp
  new.cpp
  stdexcept.cpp
  string.cpp
  system_error.cpp
  thread.cpp)
