package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"reflect"
	"time"
)

// K builds a key from its parts, so that keys sort as their parts do, one after
// the other, and no key is the beginning of another with as many parts of the
// same types. Parts may be
//
//   - string and []byte, ended by 0x00 0x01, with 0x00 inside written 0x00 0xFF;
//   - uint64, int and other integers, not negative: one byte of length and the
//     big-endian bytes without leading zeros;
//   - bool: 0 or 1;
//   - time.Time: eight bytes of UTC nanoseconds. Times before September 1677 or
//     after April 2262 are moved to those ends; the zero time comes first of all
//     and is read back as such;
//
// and types made from these. Anything else panics: it is a mistake in the
// program.
func K(parts ...any) []byte {
	return AppendK(make([]byte, 0, 48), parts...)
}

// AppendK is K, appending to key.
func AppendK(key []byte, parts ...any) []byte {
	for _, part := range parts {
		switch p := part.(type) {
		case string:
			key = appendText(key, p)
		case []byte:
			key = appendText(key, p)
		case uint64:
			key = appendUint(key, p)
		case int:
			key = appendInt(key, int64(p))
		case bool:
			key = appendBool(key, p)
		case time.Time:
			key = appendTime(key, p)
		default:
			key = appendKind(key, reflect.ValueOf(part))
		}
	}
	return key
}

// appendKind encodes types made from the basic ones.
func appendKind(key []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.String:
		return appendText(key, v.String())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return appendUint(key, v.Uint())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return appendInt(key, v.Int())
	case reflect.Bool:
		return appendBool(key, v.Bool())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return appendText(key, v.Bytes())
		}
	}
	panic("store: a key cannot hold a " + typeName(v))
}

func typeName(v reflect.Value) string {
	if !v.IsValid() {
		return "nil"
	}
	return v.Type().String()
}

func appendText[S string | []byte](key []byte, s S) []byte {
	for i := range len(s) {
		if key = append(key, s[i]); s[i] == 0 {
			key = append(key, 0xFF)
		}
	}
	return append(key, 0, 1)
}

func appendUint(key []byte, u uint64) []byte {
	n := (bits.Len64(u) + 7) / 8
	key = append(key, byte(n))
	for shift := 8 * (n - 1); shift >= 0; shift -= 8 {
		key = append(key, byte(u>>shift))
	}
	return key
}

func appendInt(key []byte, i int64) []byte {
	if i < 0 {
		panic("store: a key cannot hold a negative number")
	}
	return appendUint(key, uint64(i))
}

func appendBool(key []byte, b bool) []byte {
	if b {
		return append(key, 1)
	}
	return append(key, 0)
}

// The times that have a number of nanoseconds; the very first number stands for
// the zero time.
var (
	firstTime = time.Unix(0, math.MinInt64+1)
	lastTime  = time.Unix(0, math.MaxInt64)
)

func appendTime(key []byte, t time.Time) []byte {
	ns := int64(math.MinInt64)
	switch {
	case t.IsZero():
	case t.Before(firstTime):
		ns++
	case t.After(lastTime):
		ns = math.MaxInt64
	default:
		ns = t.UnixNano()
	}
	return binary.BigEndian.AppendUint64(key, uint64(ns)^1<<63)
}

// Prefix returns the range of all keys that begin with key, itself included:
// from <= k < to, where a nil to means no upper bound.
func Prefix(key []byte) (from, to []byte) {
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] != 0xFF {
			to = bytes.Clone(key[:i+1])
			to[i]++
			return key, to
		}
	}
	return key, nil
}

var errKey = errors.New("store: a key is not what was expected")

// ParseKey takes apart a key built by K. into points to one variable for each
// part, of the type it was built from: *string, *[]byte, *uint64, *int, *bool
// or *time.Time. It fails when key does not consist of exactly these parts.
// Byte slices are copied.
func ParseKey(key []byte, into ...any) error {
	for i, p := range into {
		rest, ok := parsePart(key, p)
		if !ok {
			return fmt.Errorf("%w: part %d of %d, %T, at %x", errKey, i+1, len(into), p, key)
		}
		key = rest
	}
	if len(key) > 0 {
		return fmt.Errorf("%w: %x is left after %d parts", errKey, key, len(into))
	}
	return nil
}

func parsePart(key []byte, into any) (rest []byte, ok bool) {
	switch p := into.(type) {
	case *string:
		var b []byte
		b, rest, ok = parseText(key)
		*p = string(b)
	case *[]byte:
		var b []byte
		b, rest, ok = parseText(key)
		*p = append([]byte(nil), b...)
	case *uint64:
		*p, rest, ok = parseUint(key)
	case *int:
		var u uint64
		u, rest, ok = parseUint(key)
		*p, ok = int(u), ok && u <= math.MaxInt
	case *bool:
		if len(key) > 0 && key[0] <= 1 {
			*p, rest, ok = key[0] == 1, key[1:], true
		}
	case *time.Time:
		if len(key) >= 8 {
			*p, rest, ok = parseTime(binary.BigEndian.Uint64(key)), key[8:], true
		}
	default:
		panic("store: ParseKey cannot fill a " + reflect.TypeOf(into).String())
	}
	return rest, ok
}

// parseText reads a text, which shares the memory of the key where nothing in it was
// written otherwise.
func parseText(key []byte) (text, rest []byte, ok bool) {
	if end := bytes.IndexByte(key, 0); end >= 0 && end+1 < len(key) && key[end+1] == 1 {
		return key[:end], key[end+2:], true
	}
	for i := 0; i+1 < len(key); i++ {
		if key[i] != 0 {
			continue
		}
		switch key[i+1] {
		case 1:
			return bytes.ReplaceAll(key[:i], []byte{0, 0xFF}, []byte{0}), key[i+2:], true
		case 0xFF:
			i++
		default:
			return nil, nil, false
		}
	}
	return nil, nil, false
}

func parseUint(key []byte) (u uint64, rest []byte, ok bool) {
	if len(key) == 0 || key[0] > 8 || len(key) <= int(key[0]) {
		return 0, nil, false
	}
	n := int(key[0])
	for _, b := range key[1 : 1+n] {
		u = u<<8 | uint64(b)
	}
	return u, key[1+n:], n == 0 || key[1] != 0 // no leading zeros
}

func parseTime(u uint64) time.Time {
	if u == 0 {
		return time.Time{}
	}
	return time.Unix(0, int64(u^1<<63)).UTC()
}
