package meetings

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"greffier/bot"
)

// Attendance is kept in a form of its own: minutes and figures read it of everybody
// who was invited, and JSON takes ten times as long to read. What an earlier version
// wrote as JSON is read as such.

// attendanceForm begins what is written here; JSON begins with a brace.
const attendanceForm = 1

// What follows of an attendance, as bits.
const (
	answerFlag = 1 << iota
	answeredFlag
	proxyFlag
	freeFlag
	invitedFlag
	arrivedFlag
	leftFlag
	wordFlag
)

type plainAttendance Attendance

// MarshalBinary writes the stored form: what there is, each after its length where it
// has one. Moments that are not UTC, or beyond what 64 bits of nanoseconds hold, are
// left to JSON, so that all is read back as it was.
func (a *Attendance) MarshalBinary() ([]byte, error) {
	moments := [...]time.Time{a.Answered, a.Arrived, a.Left}
	for _, at := range moments {
		if !at.IsZero() && (at.Location() != time.UTC || at.Year() < 1700 || at.Year() > 2200) {
			return json.Marshal((*plainAttendance)(a))
		}
	}
	for _, place := range a.Free {
		if place < 0 {
			return json.Marshal((*plainAttendance)(a))
		}
	}
	b := []byte{attendanceForm, 0}
	flag := func(bit byte, set bool) bool {
		if set {
			b[1] |= bit
		}
		return set
	}
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	if flag(answerFlag, a.Answer != "") {
		text(string(a.Answer))
	}
	for i, bit := range []byte{answeredFlag, arrivedFlag, leftFlag} {
		if flag(bit, !moments[i].IsZero()) {
			b = binary.AppendVarint(b, moments[i].UnixNano())
		}
	}
	if flag(proxyFlag, a.Proxy != 0) {
		b = binary.AppendUvarint(b, uint64(a.Proxy))
	}
	if flag(freeFlag, len(a.Free) > 0) {
		b = binary.AppendUvarint(b, uint64(len(a.Free)))
		for _, place := range a.Free {
			b = binary.AppendUvarint(b, uint64(place)) //nolint:gosec // checked above
		}
	}
	flag(invitedFlag, a.Invited)
	if flag(wordFlag, a.Word != "") {
		text(a.Word)
	}
	return b, nil
}

var errAttendance = errors.New("meetings: this is no attendance")

// UnmarshalBinary reads what MarshalBinary wrote, and JSON.
func (a *Attendance) UnmarshalBinary(data []byte) error {
	if len(data) < 2 || data[0] != attendanceForm {
		*a = Attendance{}
		if err := json.Unmarshal(data, (*plainAttendance)(a)); err != nil {
			return fmt.Errorf("%w: %w", errAttendance, err)
		}
		return nil
	}
	flags, r := data[1], formReader{data[2:], false}
	read := Attendance{Invited: flags&invitedFlag != 0}
	if flags&answerFlag != 0 {
		read.Answer = Answer(r.text())
	}
	for _, m := range []struct {
		flag byte
		into *time.Time
	}{{answeredFlag, &read.Answered}, {arrivedFlag, &read.Arrived}, {leftFlag, &read.Left}} {
		if flags&m.flag != 0 {
			*m.into = r.moment()
		}
	}
	if flags&proxyFlag != 0 {
		read.Proxy = bot.MemberID(r.number(math.MaxUint64))
	}
	if flags&freeFlag != 0 {
		for range r.number(uint64(len(r.left))) {
			read.Free = append(read.Free, int(r.number(math.MaxInt32))) //nolint:gosec // bounded
		}
	}
	if flags&wordFlag != 0 {
		read.Word = r.text()
	}
	if r.wrong || len(r.left) > 0 {
		return errAttendance
	}
	*a = read
	return nil
}

// formReader takes a stored form apart; once something is wrong it gives nothing.
type formReader struct {
	left  []byte
	wrong bool
}

func (r *formReader) number(most uint64) uint64 {
	n, used := binary.Uvarint(r.left)
	if used <= 0 || n > most {
		r.left, r.wrong = nil, true
		return 0
	}
	r.left = r.left[used:]
	return n
}

func (r *formReader) moment() time.Time {
	n, used := binary.Varint(r.left)
	if used <= 0 {
		r.left, r.wrong = nil, true
		return time.Time{}
	}
	r.left = r.left[used:]
	return time.Unix(0, n).UTC()
}

func (r *formReader) text() string {
	n := r.number(uint64(len(r.left)))
	if n > uint64(len(r.left)) {
		r.left, r.wrong = nil, true
		return ""
	}
	s := string(r.left[:n])
	r.left = r.left[n:]
	return s
}
