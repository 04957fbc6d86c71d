package directory

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// letters are the characters of a client secret, in the order of its checksum.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~"

// NewSecret returns a client secret in Entra's current format: 37 characters with "8Q~"
// from the fourth, and a checksum of three. It panics if random fails, as crypto/rand
// does. Source: rule SEC101/156 of microsoft/security-utilities. The client has its own
// implementation, so that each reveals mistakes of the other.
func NewSecret(random io.Reader) string {
	var numbers [37]uint64 // 64 bits per character make the bias negligible
	if err := binary.Read(random, binary.LittleEndian, &numbers); err != nil {
		panic("no random bytes for a secret: " + err.Error())
	}
	secret := make([]byte, len(numbers), 40)
	for i, n := range numbers {
		secret[i] = letters[n%uint64(len(letters))]
	}
	copy(secret[3:], "8Q~")
	// The hash has six digits; the first three are the checksum.
	rest := marvin(secret) / (66 * 66 * 66)
	return string(append(secret, letters[rest/(66*66)], letters[rest/66%66], letters[rest%66]))
}

// marvin is Marvin32 with the seed of client secrets. Source: Marvin.cs of
// dotnet/runtime.
func marvin(data []byte) uint32 {
	p0, p1 := uint32(0x77643030), uint32(0x41616450)
	// The data ends with 0x80, is padded with zeros, and a block of zeros follows.
	closed := make([]byte, len(data)/4*4+8)
	closed[copy(closed, data)] = 0x80
	for i := 0; i < len(closed); i += 4 {
		p0 += binary.LittleEndian.Uint32(closed[i:])
		p1 ^= p0
		p0 = bits.RotateLeft32(p0, 20) + p1
		p1 = bits.RotateLeft32(p1, 9) ^ p0
		p0 = bits.RotateLeft32(p0, 27) + p1
		p1 = bits.RotateLeft32(p1, 19)
	}
	return p0 ^ p1
}
