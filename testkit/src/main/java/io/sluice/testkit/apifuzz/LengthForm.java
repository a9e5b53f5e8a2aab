package io.sluice.testkit.apifuzz;

/** How lengths are written; compact ones are varints that are one too large, so that 0 is null (KIP-482). */
enum LengthForm {
    SHORT {
        @Override
        void write(int length, ByteSink target) {
            target.int16(length);
        }
    },
    INT {
        @Override
        void write(int length, ByteSink target) {
            target.int32(length);
        }
    },
    COMPACT {
        @Override
        void write(int length, ByteSink target) {
            target.unsignedVarint(length + 1);
        }
    };

    abstract void write(int length, ByteSink target);
}
