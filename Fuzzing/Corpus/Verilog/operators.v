module m (a, b, y, z);
  input signed [3:0] a; input [0:3] b; output [4:0] y; output z;
  wire [2031:0] N; wire w = ^a | ~&b, x;
  assign N[7] = a[0], {N[9:8], y[0]} = {2{b[1:2] >>> 1}} ^ 4'sb10_1 ~^ {a[1], 1'b0};
  assign y[4:1] = (a && !b) ? a << 2 : ~b | 'h3;
  FAX1 u1 (a[0], b[1], w, x, z);
  h u2 (.p({a[1:0], b[3]}), .q(N[11]));
endmodule
module h (input [2:0] p, output q); // after its use
  nand (q, p[0], p[1], p[2]);
endmodule
