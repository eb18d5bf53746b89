# The compiler's options for optimising the program as a whole when it is linked: with these on all
# that has virtual functions, those that nobody calls are left out. They take effect only where
# classes are not visible from outside, which libc++'s declare themselves to be by default.
set(whole_program
  -flto
  -fvisibility=hidden
  -fwhole-program-vtables
  -fvirtual-function-elimination
  -D_LIBCPP_DISABLE_VISIBILITY_ANNOTATIONS)
