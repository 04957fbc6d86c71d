package directory

import (
	"encoding/binary"
	"io"
	"math/bits"
)

// letters are those of a client secret, in the order in which its checksum
// counts them.
const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~"

// NewSecret makes a client secret as Entra makes them today: 37 characters with
// "8Q~" from the fourth, and three that are a checksum of these. It panics where
// random fails, as crypto/rand does. Source: rule SEC101/156 of
// microsoft/security-utilities. What the client knows of this format is written
// apart from this, so that each finds the other's mistakes.
func NewSecret(random io.Reader) string {
	var numbers [37]uint64 // 64 bits for each character leave no bias worth the name
	if err := binary.Read(random, binary.LittleEndian, &numbers); err != nil {
		panic("no random bytes for a secret: " + err.Error())
	}
	secret := make([]byte, len(numbers), 40)
	for i, n := range numbers {
		secret[i] = letters[n%uint64(len(letters))]
	}
	copy(secret[3:], "8Q~")
	// The hash is written in six digits, of which the first three are kept.
	rest := marvin(secret) / (66 * 66 * 66)
	return string(append(secret, letters[rest/(66*66)], letters[rest/66%66], letters[rest%66]))
}

// marvin is Marvin32 with the seed of client secrets, as dotnet/runtime publishes
// it (Marvin.cs).
func marvin(data []byte) uint32 {
	p0, p1 := uint32(0x77643030), uint32(0x41616450)
	// 0x80 closes the data, zeros fill its last block, and one more block of zeros
	// mixes it.
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
