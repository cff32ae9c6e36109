// The cells of ptm45.lib as Verilog, functions only, for iverilog, yosys and other tools.
// License: Apache-2.0

module INV (input A, output Y);
  assign Y = ~A;
endmodule

module NAND2 (input A, B, output Y);
  assign Y = ~(A & B);
endmodule

module NOR2 (input A, B, output Y);
  assign Y = ~(A | B);
endmodule

module XOR2 (input A, B, output Y);
  assign Y = A ^ B;
endmodule

module FA (input A, B, CI, output CO, S);
  assign CO = (A & B) | (CI & (A ^ B));
  assign S = A ^ B ^ CI;
endmodule
