package secrets

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// The current format of a client secret: three random characters, "8Q~", then 34
// characters. The last three are a checksum of everything before them. Source: rule
// SEC101/156 of microsoft/security-utilities. The alphabet is that of the current and
// the previous format, in the order that the checksum uses.
const (
	alphabet       = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~"
	currentMarker  = "8Q~"
	previousMarker = "7Q~"
	markerAt       = 3 // index of the marker, in bytes
	currentLength  = 40
	previousLength = 37
	checksumLength = 3
	// checksumDigits is the number of digits of the alphabet that 32 bits take. Only
	// the first three are written.
	checksumDigits = 6
	checksumSeed   = 0x4161645077643030 // "AadPwd00"
)

// checksum returns the last three characters of a client secret in the current format.
// body is the first 37.
func checksum(body string) string {
	sum := marvin32([]byte(body), checksumSeed)
	var digits [checksumDigits]byte
	base := uint32(len(alphabet))
	for i := len(digits) - 1; i >= 0; i-- {
		digits[i] = alphabet[sum%base]
		sum /= base
	}
	return string(digits[:checksumLength])
}

// ValidChecksum reports whether s is a client secret of the current format (40
// characters, "8Q~" from the fourth) with a correct checksum. A random change goes
// unnoticed about once in 287,000 times. It is false for every other format, because
// those have no checksum.
func ValidChecksum(s string) bool {
	if !currentShape(s) {
		return false
	}
	body, sum := s[:currentLength-checksumLength], s[currentLength-checksumLength:]
	return checksum(body) == sum
}

// currentShape reports whether s looks like a secret of the current format, whatever
// its checksum.
func currentShape(s string) bool { return shaped(s, currentMarker, currentLength) }

// previousShape reports whether s looks like a secret of the previous format.
func previousShape(s string) bool { return shaped(s, previousMarker, previousLength) }

func shaped(s, marker string, length int) bool {
	return len(s) == length && s[markerAt:markerAt+len(marker)] == marker && inAlphabet(s)
}

func inAlphabet(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune(alphabet, r) }) < 0
}

// marvin32 is Microsoft's keyed 32-bit hash, which .NET uses for strings. Source: the
// published algorithm in dotnet/runtime (Marvin.cs).
func marvin32(data []byte, seed uint64) uint32 {
	low, high := uint32(seed), uint32(seed>>32)
	for ; len(data) >= 4; data = data[4:] {
		low, high = marvinRound(low+binary.LittleEndian.Uint32(data), high)
	}
	// The rest, at most three bytes, is terminated by one byte 0x80.
	last := [4]byte{}
	last[copy(last[:], data)] = 0x80
	low, high = marvinRound(low+binary.LittleEndian.Uint32(last[:]), high)
	low, high = marvinRound(low, high)
	return low ^ high
}

func marvinRound(low, high uint32) (uint32, uint32) {
	high ^= low
	low = bits.RotateLeft32(low, 20) + high
	high = bits.RotateLeft32(high, 9) ^ low
	low = bits.RotateLeft32(low, 27) + high
	return low, bits.RotateLeft32(high, 19)
}
