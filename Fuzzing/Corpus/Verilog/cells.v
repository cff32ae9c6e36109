`timescale 1ns/1ps
(* top *) module mul (input [1:0] A, B, output [3:0] O);
  wire \a b$c , n1; /* cells */
  NAND2 u1 (.A(A[0]), .B(~(B[1] & A[1])), .Y(n1));
  not (O[0], n1), g (O[1], A[0]);
  xor x1 (O[2], A[0], B[0], A[1], B[1], n1, n1, n1, n1);
  assign O[3] = 1'b1;
endmodule
