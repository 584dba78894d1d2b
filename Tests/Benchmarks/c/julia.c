// The picture of examples/julia on one core, without MPI: what the parallel run is measured against.
//
//     cc -O2 julia.c -o julia -lm && ./julia > julia.pgm

#include <math.h>
#include <stdio.h>

enum { WIDTH = 1280, HEIGHT = 960 };

static const double C_RE = 0.0, C_IM = 0.65;

/// 255 less the number of steps in which the point leaves the disc of radius 3.
static unsigned char brightness(double re, double im) {
    int steps = 255;
    while (steps > 1 && hypot(re, im) < 3.0) {
        double next_re = re * re - im * im + C_RE;
        double next_im = re * im + im * re + C_IM;
        re = next_re;
        im = next_im;
        steps--;
    }
    return (unsigned char)steps;
}

int main(void) {
    static unsigned char picture[HEIGHT][WIDTH];
    const double dx = 4.0 / WIDTH, dy = 3.0 / HEIGHT;
    for (int row = 0; row < HEIGHT; row++) {
        for (int column = 0; column < WIDTH; column++)
            picture[row][column] = brightness(-2.0 + column * dx, 1.5 - row * dy);
    }
    printf("P5 %d %d 255\n", WIDTH, HEIGHT);
    if (fwrite(picture, 1, sizeof picture, stdout) != sizeof picture || fflush(stdout) != 0) {
        perror("julia");
        return 1;
    }
    return 0;
}
