"""Closed code lists of the core graph, Chinese and English. Sources: domain-model B.1 and the standards named."""

from __future__ import annotations

from kinfold.plugin_api import EnumDef

ENUMS: tuple[EnumDef, ...] = (
    EnumDef("RegionLevel", {
        "PROVINCE": ("省", "Province"), "PREFECTURE": ("地级市", "Prefecture"), "COUNTY": ("县", "County"),
        "TOWN": ("镇（街道）", "Town or sub-district"), "VILLAGE": ("村（社区）", "Village or community"),
    }),
    # GB/T 2261.1
    EnumDef("Sex", {
        "UNKNOWN": ("未知", "Unknown"), "MALE": ("男", "Male"), "FEMALE": ("女", "Female"),
        "UNSTATED": ("未说明", "Unstated"),
    }),
    EnumDef("BirthPrecision", {"DAY": ("日", "Day"), "MONTH": ("月", "Month"), "YEAR": ("年", "Year")}),
    EnumDef("LifeStatus", {"ALIVE": ("在世", "Alive"), "DECEASED": ("死亡", "Deceased"), "MISSING": ("失踪", "Missing")}),
    # 2016 registration form, "身体情况"
    EnumDef("HealthFlag", {"HEALTHY": ("健康", "Healthy"), "DISABLED": ("残疾", "Disabled"), "ILL": ("患病", "Ill")}),
    EnumDef("HukouKind", {"RURAL": ("农业", "Rural"), "URBAN": ("非农业", "Urban"), "NONE": ("未登记户口", "Unregistered")}),
    EnumDef("HouseholdKind", {"HUKOU": ("户籍户", "Register household"), "ACTUAL": ("实际居住户", "Actual household")}),
    EnumDef("KinshipKind", {
        "PARENT_BIOLOGICAL": ("生父母", "Biological parent of"), "PARENT_ADOPTIVE": ("养父母", "Adoptive parent of"),
        "PARENT_STEP": ("继父母", "Step-parent of"), "SPOUSE": ("配偶", "Spouse of"),
    }),
    EnumDef("GuardianshipKind", {
        "PARENT": ("父母监护", "Parent"), "STATUTORY": ("法定监护", "Statutory"), "APPOINTED": ("指定监护", "Appointed"),
        "STATE_TEMPORARY": ("民政临时监护", "Temporary state guardianship"),
        "STATE_LONG_TERM": ("民政长期监护", "Long-term state guardianship"),
    }),
    EnumDef("GuardianshipStatus", {
        "EFFECTIVE": ("有效", "Effective"), "SUSPENDED": ("中止", "Suspended"), "REVOKED": ("撤销", "Revoked"),
        "ENDED": ("终止", "Ended"),
    }),
    # domain-model B.2, Delegation
    EnumDef("DelegationStatus", {
        "NOTIFIED": ("已告知", "Notified"), "ASSESSED": ("已评估", "Assessed"), "APPROVED": ("已同意", "Approved"),
        "REJECTED": ("不同意", "Rejected"), "AGREED": ("已签协议", "Agreement signed"), "FILED": ("已备案", "Filed"),
        "EFFECTIVE": ("有效", "Effective"), "ENDED": ("终止", "Ended"), "REVOKED": ("撤销", "Revoked"),
        "EXPIRED": ("到期", "Expired"),
    }),
    EnumDef("CarerRelation", {
        "PATERNAL_GRANDPARENT": ("祖父母", "Paternal grandparent"), "MATERNAL_GRANDPARENT": ("外祖父母", "Maternal grandparent"),
        "UNCLE_OR_AUNT": ("叔伯姑舅姨", "Uncle or aunt"), "SIBLING": ("兄弟姐妹", "Sibling"),
        "OTHER_RELATIVE": ("其他亲属", "Other relative"), "FRIEND_OR_NEIGHBOUR": ("朋友邻里", "Friend or neighbour"),
    }),
    EnumDef("CapacityKind", {"FULL": ("有监护能力", "Full"), "LIMITED": ("能力受限", "Limited"), "NONE": ("无监护能力", "None")}),
    EnumDef("CapacityCause", {
        "SEVERE_ILLNESS": ("重病", "Severe illness"), "SEVERE_DISABILITY": ("重度残疾", "Severe disability"),
        "OLD_AGE": ("高龄", "Old age"), "DETAINED": ("服刑羁押", "Detained"), "OTHER": ("其他", "Other"),
    }),
    EnumDef("ResidenceKind", {
        "HUKOU": ("户籍地", "Registered"), "ACTUAL": ("实际居住", "Actual"), "WORK": ("务工地", "Work place"),
        "SCHOOL_BOARDING": ("在校寄宿", "Boarding school"), "SHELTER": ("救助机构", "Shelter"),
    }),
    EnumDef("MigrationReason", {"WORK": ("务工", "Work"), "BUSINESS": ("经商", "Business"), "STUDY": ("求学", "Study"), "OTHER": ("其他", "Other")}),
    EnumDef("RegistryCategory", {
        "LBC_STRICT": ("农村留守儿童（国发〔2016〕13号）", "Left-behind child, strict definition"),
        "LBC_BROAD": ("留守儿童（统计口径）", "Left-behind child, census definition"),
        "FLOATING": ("流动儿童", "Floating child"), "DISTRESSED": ("困境儿童", "Child in distress"),
        "UNATTENDED_DE_FACTO": ("事实无人抚养儿童", "De-facto unattended child"), "ORPHAN": ("孤儿", "Orphan"),
    }),
    # domain-model B.2, Registry entry: four eyes, proposer is not verifier
    EnumDef("RegistryState", {
        "PROPOSED": ("待核实", "Proposed"), "VERIFIED": ("镇街已核实", "Verified by the town"), "ACTIVE": ("在册", "Active"),
        "EXIT_PROPOSED": ("拟退出", "Exit proposed"), "EXITED": ("已退出", "Exited"),
    }),
    EnumDef("RegistryEntryReason", {
        "PARENTS_LEFT": ("父母外出", "Parents left"), "PARENT_INCAPABLE": ("留家一方无监护能力", "The parent who stays is incapable"),
        "MOVED_IN": ("迁入", "Moved in"), "RECLASSIFIED": ("重新认定", "Reclassified"),
    }),
    EnumDef("RegistryExitReason", {
        "PARENT_RETURNED": ("父母返乡", "Parent returned"), "TURNED_16": ("年满十六周岁", "Turned 16"), "MOVED_OUT": ("迁出", "Moved out"),
        "ADOPTED": ("被收养", "Adopted"), "DIED": ("死亡", "Died"), "RECLASSIFIED": ("重新认定", "Reclassified"),
    }),
    EnumDef("OrganisationKind", {
        "TOWN_GOVERNMENT": ("镇人民政府", "Town government"), "SUBDISTRICT_OFFICE": ("街道办事处", "Sub-district office"),
        "FUNCTIONAL_ZONE": ("功能区", "Functional zone"), "DEPARTMENT": ("部门", "Department"),
        "HIGHER_LEVEL_UNIT": ("驻肥单位", "Higher-level unit stationed locally"), "VILLAGE_COMMITTEE": ("村（居）委会", "Village committee"),
        "SCHOOL": ("学校", "School"), "HOSPITAL": ("医疗机构", "Hospital"), "SOCIAL_ORGANISATION": ("社会组织", "Social organisation"),
    }),
)  # fmt: skip
