/* Plays a MIDI file through the Sonivox synthesiser: prints "played SECONDS peak SAMPLE", or what failed and its number. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eas.h"

struct bytes {
    int size;
    unsigned char *data;
};

static int size_of(void *handle) { return ((struct bytes *)handle)->size; }

static int read_at(void *handle, void *to, int offset, int wanted)
{
    struct bytes *from = handle;
    int left = offset < from->size ? from->size - offset : 0;
    int given = wanted < left ? wanted : left;
    memcpy(to, from->data + offset, given);
    return given;
}

static void expect_success(const char *what, EAS_RESULT result)
{
    if (result != EAS_SUCCESS) {
        printf("failed %s %ld\n", what, (long)result);
        exit(1);
    }
}

int main(int count, char **words)
{
    static unsigned char room[1 << 22];
    static EAS_PCM samples[4096];
    struct bytes bytes = {0, room};
    EAS_FILE source = {&bytes, read_at, size_of};
    const S_EAS_LIB_CONFIG *config = EAS_Config();
    EAS_DATA_HANDLE synthesiser;
    EAS_HANDLE stream;
    EAS_STATE state = EAS_STATE_READY;
    EAS_I32 made, peak = 0;
    long frames = 0;
    FILE *file = count == 2 ? fopen(words[1], "rb") : NULL;

    if (!file)
        return 2;
    bytes.size = (int)fread(room, 1, sizeof room, file);
    fclose(file);
    expect_success("EAS_Init", EAS_Init(&synthesiser));
    expect_success("EAS_OpenFile", EAS_OpenFile(synthesiser, &source, &stream));
    expect_success("EAS_Prepare", EAS_Prepare(synthesiser, stream));
    while (state != EAS_STATE_STOPPED && state != EAS_STATE_ERROR) {
        expect_success("EAS_Render", EAS_Render(synthesiser, samples, config->mixBufferSize, &made));
        for (EAS_I32 n = 0; n < made * config->numChannels; n++)
            if (abs(samples[n]) > peak)
                peak = abs(samples[n]);
        frames += made;
        expect_success("EAS_State", EAS_State(synthesiser, stream, &state));
    }
    if (state == EAS_STATE_ERROR) {
        printf("failed playing\n");
        return 1;
    }
    printf("played %.2f peak %ld\n", (double)frames / config->sampleRate, (long)peak);
    return 0;
}
