#include <cstdio>

#include "app/command_line.h"

int main(int argc, char** argv) { return sightline::runCommandLine(argc, argv, stdout); }
