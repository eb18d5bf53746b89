include(CMakeFindDependencyMacro)
find_dependency(Torch)
find_dependency(ONNX)
include(${CMAKE_CURRENT_LIST_DIR}/torch_onnxTargets.cmake)
