package bot

import (
	"slices"
	"time"
)

// What a vote that belongs to a meeting has to know of it. The feature that meets
// answers, and tells when somebody comes or goes.

// AttendanceAsked asks for a meeting and who is in its session, by its number.
type AttendanceAsked struct {
	Meeting uint64
	// Found tells that there is such a meeting; Title, Starts and the rest are its.
	Found  bool
	Title  string
	Starts time.Time
	// Planned meetings are to come, InSession ones are held now; others are over or
	// called off.
	Planned, InSession bool
	// Convened is when the convocation went out, zero before; Notice is how long
	// before the meeting it must, 0 where the charter asks for none. Late tells that
	// it did not, or no longer can.
	Convened time.Time
	Notice   time.Duration
	Late     bool
	// Present lists who is there now, Represented who is represented by one of them.
	Present, Represented []MemberID
	// Proxies is who asked whom to represent them in it, whoever is there.
	Proxies map[MemberID]MemberID
}

// Has tells whether a member is there, or represented by somebody who is.
func (a *AttendanceAsked) Has(who MemberID) (present, represented bool) {
	return slices.Contains(a.Present, who), slices.Contains(a.Represented, who)
}

// RepresentationAsked asks that the caller be represented in a meeting, which covers
// every vote of it. The feature that meets refuses what its rules do not allow.
type RepresentationAsked struct {
	Meeting uint64
	// By is by whom; 0 takes it back.
	By MemberID
	// Said is what to tell the caller.
	Said Text
}

// AttendanceChanged says that somebody came to a meeting or left it, or that its
// session began or ended.
type AttendanceChanged struct{ Meeting uint64 }
